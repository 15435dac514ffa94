using System.Text.Json;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Sessions;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Gateway.Sessions;
using Creel.Tests.Hub;
using Creel.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Gateway.Sessions;

/// <summary>Conversations on a real database, with agents that a test answers for.</summary>
internal sealed class GatewayFixture : IAsyncDisposable
{
    public static readonly AgentId Bart = AgentId.Parse("bart");
    public static readonly AgentId Lisa = AgentId.Parse("lisa");
    public const string Main = "agent:bart:main";

    private readonly StoreFolder folder = new();
    private SqliteStore store = null!;
    private AuditTrail audit = null!;

    public StandInAgents Agents { get; } = new();
    public MemoryTranscripts Transcripts { get; } = new();
    public ShiftedTime Time { get; } = new();

    public SessionSettings Settings { get; set; } =
        new()
        {
            Agents = [new AgentSettings(Bart), new AgentSettings(Lisa)],
            Default = Bart,
            Queue = new QueueRules { Debounce = new Debounce(TimeSpan.Zero, new Dictionary<string, TimeSpan>()) },
        };

    public Func<SessionsConfig, SessionsConfig> Configure { get; set; } = c => c;
    public Func<ISessionStore, ISessionStore> Over { get; set; } = s => s;
    public Func<StandInAgents, IDispatcher> Through { get; set; } = a => a;
    public SessionsHost Host { get; private set; } = null!;
    public ITurns Turns => Host.Turns;
    public ISessions Sessions => Host.Sessions;
    public ISessionStore Store => store.Sessions;
    public List<TurnEvent> Seen { get; } = [];

    public static async Task<GatewayFixture> StartAsync(Action<GatewayFixture>? set = null)
    {
        var fixture = new GatewayFixture();
        set?.Invoke(fixture);
        fixture.store = await SqliteStore.OpenAsync(fixture.folder.File);
        fixture.audit = new AuditTrail(fixture.store.Audit, fixture.Time, NullLogger.Instance);
        await fixture.BeginAsync();
        return fixture;
    }

    /// <summary>As after a kill: the gateway is thrown away without a word, its database and the agents' tasks stay.</summary>
    public async Task RestartAsync()
    {
        await Host.StopAsync();
        await BeginAsync();
    }

    public ValueTask<TurnTicket> SayAsync(
        string message,
        string? run = null,
        string key = Main,
        Func<TurnRequest, TurnRequest>? with = null
    )
    {
        var agent = key.StartsWith("agent:lisa", StringComparison.Ordinal) ? Lisa : Bart;
        var request = new TurnRequest(run ?? Guid.NewGuid().ToString(), agent, key, message) { From = "admin" };
        return Turns.SubmitAsync(with?.Invoke(request) ?? request);
    }

    /// <summary>The task of a turn, once it was given.</summary>
    public async Task<StandInAgents.Work> WorkAsync(int number)
    {
        await Eventually.Until(() => Agents.Given.Count > number);
        return Agents.Given[number];
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        await audit.DisposeAsync();
        await store.DisposeAsync();
        folder.Dispose();
    }

    private async Task BeginAsync()
    {
        Host = new SessionsHost(
            Configure(new SessionsConfig { Settings = () => Settings }),
            Over(store.Sessions),
            Transcripts,
            Through(Agents),
            Agents,
            audit,
            Time,
            NullLogger.Instance
        );
        Host.Turns.Watch(e =>
        {
            lock (Seen)
            {
                Seen.Add(e);
            }
        });
        await Host.StartAsync();
        if (Transcripts.Slow.Count == 0)
        {
            await Host.TakeUpAsync();
        }
    }
}

/// <summary>What cells wrote, in memory.</summary>
internal sealed class MemoryTranscripts : ITranscripts
{
    public List<SessionEntry> Known { get; } = [];
    public List<string> Aside { get; } = [];
    public Dictionary<string, IReadOnlyList<JsonElement>> Words { get; } = [];

    /// <summary>Whose index takes its time.</summary>
    public Dictionary<AgentId, ManualResetEventSlim> Slow { get; } = [];

    public IReadOnlyList<SessionEntry> Index(AgentId agent, Action<string> trouble)
    {
        Slow.GetValueOrDefault(agent)?.Wait();
        return [.. Known.Where(e => e.Agent == agent)];
    }

    /// <summary>Who reads waits for it.</summary>
    public ManualResetEventSlim? Hold { get; set; }

    public int MostAtOnce { get; private set; }

    public int MostAsked { get; private set; }

    private int reading;

    public TranscriptPart Tail(AgentId agent, string sessionId, int limit, int most)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref reading));
        MostAsked = Math.Max(MostAsked, most);
        Hold?.Wait();
        Interlocked.Decrement(ref reading);
        return new TranscriptPart([.. Words.GetValueOrDefault(sessionId, []).TakeLast(limit)], false);
    }

    public IReadOnlyList<string> PutAside(AgentId agent, string sessionId, string reason, DateTimeOffset at)
    {
        Aside.Add($"{sessionId}:{reason}");
        return [$"{sessionId}.jsonl.{reason}"];
    }
}
