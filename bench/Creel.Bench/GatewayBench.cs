using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Link;
using Creel.Core.Sessions;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Gateway.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Bench;

/// <summary>
/// What the gateway adds to a message, with agents that cost nothing: from the message to the task that its turn is, on a real database.
/// The task itself is in memory; what its way to a cell costs, the line's figures say.
/// </summary>
internal static class GatewayBench
{
    private const int Agents = 250;
    private const int Warm = 200;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("creel-bench-gateway-").FullName;
        try
        {
            return
            [
                .. await LatencyAsync(folder),
                .. await BurstAsync(folder),
                .. await InFlightAsync(folder),
                .. await IdleAsync(folder),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One message after the other, each to a session that is free.</summary>
    private static async Task<IReadOnlyList<Figure>> LatencyAsync(string folder)
    {
        await using var gateway = await Gateway.StartAsync(Path.Combine(folder, "latency.db"));
        var times = new List<double>();
        for (var i = 0; i < 2000 + Warm; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            var ticket = await gateway.SayAsync(i % 50, $"m{i}");
            var given = await gateway.Agents.GivenAt(ticket.View.RunId);
            await ticket.Completion;
            if (i >= Warm)
            {
                times.Add(Stopwatch.GetElapsedTime(begun, given).TotalMilliseconds);
            }
        }

        return
        [
            new Figure("message to the start of its turn, p50", times.Percentile(50), "ms", 3),
            new Figure("the same, p99", times.Percentile(99), "ms"),
        ];
    }

    /// <summary>10,000 messages at once to 1,000 sessions; each answer takes a moment, so that most wait for their lane.</summary>
    private static async Task<IReadOnlyList<Figure>> BurstAsync(string folder)
    {
        const int Sessions = 1000;
        const int Messages = 10_000;
        await using var gateway = await Gateway.StartAsync(Path.Combine(folder, "burst.db"));
        gateway.Agents.Takes = TimeSpan.FromMilliseconds(5);
        var begun = Stopwatch.GetTimestamp();
        var tickets = new TurnTicket[Messages];
        // A session's messages come in their order; sessions side by side.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 64),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (worker, _) =>
            {
                for (var i = worker; i < Messages; i += 64)
                {
                    tickets[i] = await gateway.SayAsync(i % 64 + (64 * (i / 64 % (Sessions / 64))), $"m{i:d5}", alone: true);
                }
            }
        );
        var accepted = Stopwatch.GetElapsedTime(begun);
        var ends = await Task.WhenAll(tickets.Select(t => t.Completion));
        var all = Stopwatch.GetElapsedTime(begun);
        var heard = gateway.Agents.Heard;
        var lost = Messages - heard.Values.Sum(q => q.Distinct().Count());
        var doubled = heard.Values.Sum(q => q.Count) - heard.Values.Sum(q => q.Distinct().Count());
        var disordered = heard.Values.Count(q => !q.SequenceEqual(q.Order(StringComparer.Ordinal)));
        return
        [
            new Figure("burst of 10,000 messages: lost", lost + ends.Count(e => e.State != TurnState.Ok), "", 0),
            new Figure("started twice", doubled, "", 0),
            new Figure("sessions whose order was not kept", disordered, "", 0),
            new Figure("messages accepted on disk", Messages / accepted.TotalSeconds, "/s"),
            new Figure("turns from message to end on disk", Messages / all.TotalSeconds, "/s"),
        ];
    }

    private static async Task<IReadOnlyList<Figure>> InFlightAsync(string folder)
    {
        await using var gateway = await Gateway.StartAsync(Path.Combine(folder, "flight.db"));
        gateway.Agents.Hold = true;
        var tickets = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => gateway.SayAsync(i, "hello").AsTask()));
        while (gateway.Agents.Running < 1000)
        {
            await Task.Delay(1);
        }

        var running = gateway.Agents.Running;
        gateway.Agents.Release();
        await Task.WhenAll(tickets.Select(t => t.Completion));
        return [new Figure("sessions in flight at once", running, "", 1000, AtLeast: true)];
    }

    private static async Task<IReadOnlyList<Figure>> IdleAsync(string folder)
    {
        const int Sessions = 20_000;
        await using var gateway = await Gateway.StartAsync(Path.Combine(folder, "idle.db"), c => c with { RememberCount = 0 });
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1000),
            async (i, _) => await (await gateway.SayAsync(i, "hello")).Completion
        );
        gateway.Agents.Forget();
        var before = Memory();
        await Parallel.ForEachAsync(
            Enumerable.Range(1000, Sessions),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (i, _) => await (await gateway.SayAsync(i, "hello")).Completion
        );
        gateway.Agents.Forget();
        var each = (Memory() - before) / 1024d / Sessions;
        GC.KeepAlive(gateway);
        return
        [
            new Figure("memory of an idle session", each, "KiB", 20, Note: $"of {Sessions:N0}, each with one turn behind it"),
        ];
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private sealed class Gateway : IAsyncDisposable
    {
        private readonly SqliteStore store;
        private readonly AuditTrail audit;
        private readonly SessionsHost host;

        private Gateway(SqliteStore store, AuditTrail audit, SessionsHost host, FreeAgents agents) =>
            (this.store, this.audit, this.host, Agents) = (store, audit, host, agents);

        public FreeAgents Agents { get; }

        public static async Task<Gateway> StartAsync(string file, Func<SessionsConfig, SessionsConfig>? change = null)
        {
            var store = await SqliteStore.OpenAsync(file);
            var audit = new AuditTrail(store.Audit, TimeProvider.System, NullLogger.Instance);
            var agents = new FreeAgents();
            var settings = new SessionSettings
            {
                Agents = [.. Enumerable.Range(0, GatewayBench.Agents).Select(i => new AgentSettings(AgentId.Parse($"agent{i}")))],
                Queue = new QueueRules { Debounce = new Debounce(TimeSpan.Zero, new Dictionary<string, TimeSpan>()) },
            };
            var config = new SessionsConfig { Settings = () => settings };
            var host = new SessionsHost(
                change?.Invoke(config) ?? config,
                store.Sessions,
                new NoTranscripts(),
                agents,
                agents,
                audit,
                TimeProvider.System,
                NullLogger.Instance
            );
            await host.StartAsync();
            return new Gateway(store, audit, host, agents);
        }

        /// <param name="session">Its agent follows from it.</param>
        public ValueTask<TurnTicket> SayAsync(int session, string text, bool alone = false)
        {
            var agent = AgentId.Parse($"agent{session % GatewayBench.Agents}");
            return host.Turns.SubmitAsync(
                new TurnRequest(Guid.NewGuid().ToString("N"), agent, $"agent:{agent}:telegram:direct:{session}", text)
                {
                    From = "channel:bench",
                    Alone = alone,
                }
            );
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            await audit.DisposeAsync();
            await store.DisposeAsync();
        }
    }

    /// <summary>Agents that answer at once, or after a moment, or when they are told.</summary>
    private sealed class FreeAgents : IDispatcher, ITaskWatch
    {
        private readonly ConcurrentDictionary<TaskId, TaskCompletionSource<TaskRecord>> tasks = new();
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long lastGiven;
        private int running;

        public ConcurrentDictionary<string, List<string>> Heard { get; } = new();
        public TimeSpan Takes { get; set; }
        public bool Hold { get; set; }
        public int Running => Volatile.Read(ref running);

        public void Release() => released.SetResult();

        public void Forget() => Heard.Clear();

        public async Task<long> GivenAt(string _)
        {
            while (Volatile.Read(ref lastGiven) == 0)
            {
                await Task.Yield();
            }

            return Interlocked.Exchange(ref lastGiven, 0);
        }

        public ValueTask<TaskTicket> SubmitAsync(TaskRequest request, CancellationToken cancel = default)
        {
            Volatile.Write(ref lastGiven, Stopwatch.GetTimestamp());
            var id = request.Id!.Value;
            var end = new TaskCompletionSource<TaskRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
            tasks[id] = end;
            using var payload = JsonDocument.Parse(request.Payload);
            var heard = Heard.GetOrAdd(payload.RootElement.GetProperty("sessionKey").GetString()!, _ => []);
            lock (heard)
            {
                heard.Add(payload.RootElement.GetProperty("message").GetString()!);
            }

            Interlocked.Increment(ref running);
            _ = EndAsync(request, id, end);
            return new(new TaskTicket(id, false, end.Task));
        }

        public ValueTask<TaskRecord> CancelAsync(TaskId id, string by, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public async Task<TaskRecord?> FollowAsync(TaskId id, Action<OutputChunk?> seen, CancellationToken cancel = default)
        {
            if (!tasks.TryGetValue(id, out var end))
            {
                return null;
            }

            var record = await end.Task.WaitAsync(cancel);
            tasks.TryRemove(id, out _);
            return record;
        }

        private async Task EndAsync(TaskRequest request, TaskId id, TaskCompletionSource<TaskRecord> end)
        {
            if (Hold)
            {
                await released.Task;
            }
            else if (Takes > TimeSpan.Zero)
            {
                await Task.Delay(Takes);
            }

            Interlocked.Decrement(ref running);
            end.SetResult(
                new TaskRecord
                {
                    Task = new AgentTask
                    {
                        Id = id,
                        Agent = request.Agent,
                        Type = "turn",
                        Payload = default,
                        From = request.From,
                        CreatedAt = DateTimeOffset.UtcNow,
                        ExpiresAt = DateTimeOffset.UtcNow,
                    },
                    State = TaskState.Succeeded,
                    Result = Answer,
                }
            );
        }

        private static readonly byte[] Answer = Encoding.UTF8.GetBytes("""{"result":{"text":"ok"}}""");
    }

    private sealed class NoTranscripts : ITranscripts
    {
        public IReadOnlyList<SessionEntry> Index(AgentId agent, Action<string> trouble) => [];

        public TranscriptPart Tail(AgentId agent, string sessionId, int limit, int most) => TranscriptPart.Empty;

        public IReadOnlyList<string> PutAside(AgentId agent, string sessionId, string reason, DateTimeOffset at) => [];
    }
}
