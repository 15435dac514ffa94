using System.Diagnostics;
using System.Globalization;
using Creel.Adapters.Loopback;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Routing;
using Creel.Server.Audits;
using Creel.Server.Gateway.Channels;
using Creel.Server.Gateway.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Bench;

/// <summary>
/// From a message that a messenger hands over to the turn that is given to the agent, and a burst to its last answer: judged, written
/// down by channel and conversation, answered at once, written down, sent. Everything is real but the agents.
/// </summary>
internal static class ChannelBench
{
    private const int Burst = 10_000;
    private const int Rooms = 1_000;
    private const int Single = 1_000;

    private const string Text = """
        {
          name: "bench", agents: { list: [{ id: "bart" }] }, session: { dmScope: "per-peer" }, messages: { queue: { mode: "queue", debounceMs: 0 } },
          channels: { loopback: { dmPolicy: "open", allowFrom: ["*"] } },
        }
        """;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("creel-bench-").FullName;
        try
        {
            return await MeasureAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(string folder)
    {
        var (time, log) = (TimeProvider.System, NullLogger.Instance);
        var habitat = HabitatReader.Read(new HabitatInput { Main = new HabitatSource("bench", Text) }).Required();
        var (agents, kind) = (new BenchAgents(), new LoopbackKind());
        await using var store = await SqliteStore.OpenAsync(Path.Combine(folder, "creel.db"));
        await using var audit = new AuditTrail(store.Audit, time, log);
        await using var sessions = new SessionsHost(
            new SessionsConfig { Settings = new SettingsInForce(() => habitat).Now },
            store.Sessions,
            agents,
            agents,
            agents,
            audit,
            time,
            log
        );
        var ports = new ChannelPorts(
            [kind],
            store.Messages,
            store.Pairings,
            new NoTokens(),
            sessions.Turns,
            sessions.Sessions,
            () => habitat,
            _ => null,
            audit
        )
        {
            Answer = sessions.AnswerAsync,
        };
        await using var channels = new ChannelsHost(new ChannelsConfig(), ports, time, log);
        await sessions.StartAsync();
        await channels.StartAsync();
        await channels.RefreshAsync();
        var channel = kind.Find(RoutingText.DefaultAccount)!;

        await OneByOneAsync(channel, agents, "warm", 200);
        var latencies = await OneByOneAsync(channel, agents, "one", Single);
        var (seconds, lost, outOfOrder) = await BurstAsync(channel, agents);
        return
        [
            new Figure("from a message to its turn's start: p50", latencies.Percentile(50), "ms", 3),
            new Figure("the same, p99", latencies.Percentile(99), "ms"),
            new Figure($"a burst of {Burst:N0} in {Rooms:N0} conversations, to the last answer", seconds, "s"),
            new Figure("of these, a second", Burst / seconds, "/s"),
            new Figure("lost", lost, "", 0),
            new Figure("out of order within a conversation", outOfOrder, "", 0),
        ];
    }

    private static async Task<List<double>> OneByOneAsync(LoopbackChannel channel, BenchAgents agents, string name, int count)
    {
        var latencies = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var text = $"{name} {i}";
            var begun = Stopwatch.GetTimestamp();
            await channel.PutAsync(Message(channel.Account, text, $"p{i % 50}"));
            await channel.Sent.ReadAsync();
            latencies.Add(Stopwatch.GetElapsedTime(begun, agents.Starts[text]).TotalMilliseconds);
        }

        return latencies;
    }

    private static async Task<(double Seconds, int Lost, int OutOfOrder)> BurstAsync(LoopbackChannel channel, BenchAgents agents)
    {
        agents.Order.Clear();
        var messages = Enumerable
            .Range(0, Burst)
            .Select(i => Message(channel.Account, i.ToString(CultureInfo.InvariantCulture), $"r{i % Rooms}"))
            .ToArray();
        var begun = Stopwatch.GetTimestamp();
        var writing = Task.Run(async () =>
        {
            foreach (var batch in messages.Chunk(100))
            {
                await channel.PutAsync(batch);
            }
        });
        var answers = new HashSet<string>(StringComparer.Ordinal);
        while (answers.Count < Burst)
        {
            answers.Add((await channel.Sent.ReadAsync()).Text);
        }

        await writing;
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var wrong = agents
            .Order.GroupBy(o => o.Session)
            .Sum(s =>
                s.Select(o => int.Parse(o.Message, CultureInfo.InvariantCulture))
                    .Aggregate((Last: -1, Wrong: 0), (state, next) => (next, state.Wrong + (next < state.Last ? 1 : 0)))
                    .Wrong
            );
        return (seconds, Burst - agents.Order.Select(o => o.Message).Distinct().Count(), wrong);
    }

    private static InboundMessage Message(ChannelAccount account, string text, string peer) =>
        new(account, text, new Peer(PeerKind.Direct, peer), new Sender(peer), text, DateTimeOffset.UnixEpoch);

    private sealed class NoTokens : IAccountTokens
    {
        public string? Find(ChannelAccount account) => null;

        public IReadOnlyList<ChannelAccount> List() => [];

        public void Set(ChannelAccount account, string token) => throw new NotSupportedException();

        public bool Remove(ChannelAccount account) => false;

        public string FromFile(string path) => throw new NotSupportedException();
    }
}
