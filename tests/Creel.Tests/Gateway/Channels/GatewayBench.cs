using Creel.Adapters.Loopback;
using Creel.Adapters.Sqlite;
using Creel.Adapters.Telegram;
using Creel.Adapters.WebChat;
using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Server.Audits;
using Creel.Server.Gateway.Channels;
using Creel.Server.Gateway.Sessions;
using Creel.Tests.Habitats;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging.Abstractions;
using Peer = Creel.Core.Routing.Peer;

namespace Creel.Tests.Gateway.Channels;

/// <summary>The channels over a real database, with conversations in memory; may be ended at any moment and begun again.</summary>
internal sealed class GatewayBench : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-channels-").FullName;
    private SqliteStore store = null!;
    private AuditTrail trail = null!;

    private GatewayBench(string habitat) => Habitat = Habitats.Habitat.Model(habitat);

    public HabitatModel? Habitat { get; set; }

    public InMemoryTurns Turns { get; set; } = new();

    /// <summary>Real conversations, in the place of those in memory.</summary>
    public SessionsHost? Conversations { get; set; }

    public LoopbackKind Loopback { get; set; } = new();

    /// <summary>In the place of the loopback, and around it.</summary>
    public IChannelKind? Instead { get; set; }

    public MemoryTokens Tokens { get; } = new();

    public IAgentMedia? Media { get; set; }

    public Func<string, IReadOnlyList<PairedSender>> OldPairings { get; set; } = _ => [];

    public Func<string, IReadOnlyList<PairingRequest>> OldWaiting { get; set; } = _ => [];

    public IPairingStore Pairings => store.Pairings;

    public Dictionary<string, string> Variables { get; } = [];

    public LogLines Log { get; } = new();

    public MemoryAudit Audit { get; } = new();

    public ChannelsConfig Config { get; set; } =
        new() { FirstPause = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(50) };

    public ChannelsHost Host { get; private set; } = null!;

    public IMessageStore Messages => store.Messages;

    public static async Task<GatewayBench> StartAsync(string habitat, Action<GatewayBench>? prepare = null)
    {
        var bench = new GatewayBench(habitat);
        prepare?.Invoke(bench);
        await bench.BeginAsync();
        return bench;
    }

    public async Task BeginAsync()
    {
        store = await SqliteStore.OpenAsync(Path.Combine(folder, "creel.db"));
        trail = new AuditTrail(Audit, TimeProvider.System, NullLogger.Instance);
        var ports = new ChannelPorts(
            [Instead ?? Loopback, new TelegramKind(TimeProvider.System), new WebChatKind(TimeProvider.System)],
            store.Messages,
            store.Pairings,
            Tokens,
            Conversations?.Turns ?? Turns,
            Conversations?.Sessions ?? Turns,
            () => Habitat,
            name => Variables.GetValueOrDefault(name),
            trail
        )
        {
            Answer = Conversations is { } real
                ? real.AnswerAsync
                : new ControlDesk(Turns, Turns, () => SessionSettings.Of(Habitat)).AnswerAsync,
            Media = Media,
            OldPairings = OldPairings,
            OldWaiting = OldWaiting,
        };
        Host = new ChannelsHost(Config, ports, TimeProvider.System, Log);
        await Host.StartAsync();
        await Host.RefreshAsync();
    }

    /// <summary>Everything ends, and what is on disk is all that is left.</summary>
    public async Task EndAsync()
    {
        await Host.DisposeAsync();
        await trail.DisposeAsync();
        await store.DisposeAsync();
    }

    public LoopbackChannel Channel(string account = "default") => Loopback.Find(account).ShouldNotBeNull();

    public async Task<OutboundMessage> NextAsync(string account = "default")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await Channel(account).Sent.ReadAsync(limit.Token);
    }

    public static InboundMessage Direct(string id, string sender, string text, string account = "default") =>
        new(
            new ChannelAccount("loopback", account),
            id,
            new Peer(PeerKind.Direct, sender),
            new Sender(sender, "Ann"),
            text,
            DateTimeOffset.UnixEpoch
        );

    public static InboundMessage Group(string id, string group, string sender, string text, string account = "default") =>
        Direct(id, sender, text, account) with
        {
            Peer = new Peer(PeerKind.Group, group),
        };

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Directory.Delete(folder, recursive: true);
    }
}
