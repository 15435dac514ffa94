using System.Globalization;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Link;
using Creel.Runtime.Health;
using Creel.Runtime.Link;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>
/// Keeps one gateway alive for all agents of the cell whose brain it is: starts it, waits until it is ready, asks it every few
/// seconds, and starts it again when it has ended or answers no more.
/// </summary>
internal sealed class GatewayKeeper(RuntimeSettings settings, Func<TaskSurroundings> surroundings, RuntimeLog log, Action told)
{
    private const int Port = 18789;
    private const int MostMisses = 3;

    /// <summary>After so many failures in a row a task is told at once, and does not wait for the next try.</summary>
    private const int Patience = 3;

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StartPoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AlivePoll = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    /// <summary>Alive for so long, it starts again at once when it dies.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly GatewayFolder folder = new(settings.State);
    private IReadOnlyList<WelcomeAgent> agents = [];
    private CancellationTokenSource? running;
    private Task loop = Task.CompletedTask;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int failures;

    /// <summary>Null: no agent here needs one.</summary>
    public BrainHealth? Health { get; private set; }

    private TimeProvider Time => surroundings().Time;

    /// <summary>Whom the cell serves now. A gateway that runs takes up what changed of its agents.</summary>
    public void Apply(IReadOnlyList<WelcomeAgent> all)
    {
        lock (gate)
        {
            IReadOnlyList<WelcomeAgent> now = [.. all.Where(a => a.Brain.Kind == "openclaw")];
            var same = now.Select(Key).SequenceEqual(agents.Select(Key));
            agents = now;
            if (now.Count == 0)
            {
                running?.Cancel();
                (running, Health) = (null, null);
            }
            else if (running is null)
            {
                running = new CancellationTokenSource();
                Health = new BrainHealth("openclaw", BrainHealth.Starting, null, 0);
                var (before, stop) = (loop, running.Token);
                loop = Task.Run(() => RunAsync(before, stop));
            }
            else if (!same && Health?.State != BrainHealth.Failing)
            {
                Configure();
            }
        }
    }

    /// <summary>Completes when the gateway answers.</summary>
    /// <exception cref="CreelException">It fails again and again.</exception>
    public async Task HealthyAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (Health?.State == BrainHealth.Healthy)
                {
                    return;
                }

                if (Health is null || (Health.State == BrainHealth.Failing && failures >= Patience))
                {
                    var reason = Health?.Reason ?? "no agent of this cell has it as its brain";
                    throw new CreelException(
                        Fault.Unavailable("brain-failing", $"OpenClaw does not run in this cell: {reason}", "See creel logs")
                    );
                }

                next = changed.Task;
            }

            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <exception cref="CreelException">It refuses, or is gone.</exception>
    public Task<GatewayClient> ConnectAsync(CancellationToken cancel) => GatewayClient.OpenAsync(Port, folder.Token(), cancel);

    /// <summary>Ends it; completes when nothing of it is left.</summary>
    public Task StopAsync()
    {
        lock (gate)
        {
            running?.Cancel();
            return loop;
        }
    }

    private static (string, string, string?, string) Key(WelcomeAgent agent) =>
        (agent.Id, agent.Name, agent.Model, agent.Workspace);

    /// <param name="before">A gateway that is being ended: two can't run on one folder.</param>
    private async Task RunAsync(Task before, CancellationToken stop)
    {
        await before.ConfigureAwait(false);
        var backoff = new Backoff(local: false);
        try
        {
            while (true)
            {
                var began = Time.GetTimestamp();
                var why = await OnceAsync(stop).ConfigureAwait(false);
                if (Time.GetElapsedTime(began) > Settled)
                {
                    backoff.Reset();
                    failures = 0;
                }

                failures++;
                log.Write($"openclaw has failed: {why}");
                Tell(BrainHealth.Failing, why);
                await Task.Delay(backoff.Next(Random.Shared.NextDouble()), Time, stop).ConfigureAwait(false);
                Tell(BrainHealth.Starting, why, restarted: true);
            }
        }
        catch (OperationCanceledException)
        {
            // The cell ends, or none of its agents needs it any more.
        }
        catch (Exception e)
        {
            log.Write($"bug: openclaw's keeper: {e}");
            Tell(BrainHealth.Failing, "the runtime failed; its log says more");
        }
    }

    /// <summary>From its start to its end.</summary>
    /// <returns>Why it ended, or never came up.</returns>
    private async Task<string> OnceAsync(CancellationToken stop)
    {
        try
        {
            var variables = Variables();
            var program = GatewayProgram.Find(CellPaths.OpenClaw, variables);
            Configure();
            var reason = await LiveAsync(program, variables, stop).ConfigureAwait(false);
            if (reason.Lease && await OwnerLease.ClearAsync(program.Node, folder.Database, variables).ConfigureAwait(false))
            {
                log.Write("openclaw's owner lease was left by a gateway that is dead; it is cleared");
                reason = await LiveAsync(program, variables, stop).ConfigureAwait(false);
            }

            return reason.Why;
        }
        catch (CreelException e)
        {
            return e.Fault.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"its folder {folder.Home} can't be written: {e.Message}";
        }
    }

    private async Task<(string Why, bool Lease)> LiveAsync(
        GatewayProgram program,
        Dictionary<string, string> variables,
        CancellationToken stop
    )
    {
        variables["PATH"] = program.Node is { } node ? $"{Path.GetDirectoryName(node)}:{variables["PATH"]}" : variables["PATH"];
        using var process = new GatewayProcess(
            new SpawnOrder(program.Run(Port, settings.Memory), variables, folder.Home, MergeErrors: true),
            log
        );
        try
        {
            var why =
                await ReadyAsync(process, stop).ConfigureAwait(false) ?? await WatchAsync(process, stop).ConfigureAwait(false);
            return (why, process.Said(OwnerLease.Refusal));
        }
        finally
        {
            await process.StopAsync(StopGrace, Time).ConfigureAwait(false);
        }
    }

    /// <summary>Null: it is ready; else why it is not.</summary>
    private async Task<string?> ReadyAsync(GatewayProcess process, CancellationToken stop)
    {
        var began = Time.GetTimestamp();
        var last = "it did not answer";
        while (Time.GetElapsedTime(began) < StartPatience)
        {
            if (process.Exit.IsCompleted)
            {
                return await process.EndAsync().ConfigureAwait(false);
            }

            if (await GatewayProbe.AnswersAsync(Port, stop).ConfigureAwait(false))
            {
                try
                {
                    // It says that it lives some seconds before it takes anybody in.
                    using var client = await ConnectAsync(stop).ConfigureAwait(false);
                    failures = 0;
                    Tell(BrainHealth.Healthy, null);
                    log.Write(
                        $"openclaw is ready after {Time.GetElapsedTime(began).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s"
                    );
                    return null;
                }
                catch (CreelException e)
                {
                    last = e.Fault.Message;
                }
            }

            await Task.WhenAny(process.Exit, Task.Delay(StartPoll, Time, stop)).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
        }

        return $"it was not ready after {StartPatience.TotalMinutes:0} minutes: {last}";
    }

    private async Task<string> WatchAsync(GatewayProcess process, CancellationToken stop)
    {
        for (var misses = 0; misses < MostMisses; )
        {
            await Task.WhenAny(process.Exit, Task.Delay(AlivePoll, Time, stop)).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            if (process.Exit.IsCompleted)
            {
                return await process.EndAsync().ConfigureAwait(false);
            }

            misses = await GatewayProbe.AnswersAsync(Port, stop).ConfigureAwait(false) ? 0 : misses + 1;
        }

        return "it lived and did not answer any more, so it was ended";
    }

    private void Configure()
    {
        lock (gate)
        {
            var own = folder.OwnProviders(GatewayConfig.Relay(settings.RelayPort));
            folder.Configure(GatewayConfig.Write(agents, Port, settings.RelayPort, folder.Token(), own));
        }
    }

    private Dictionary<string, string> Variables()
    {
        IReadOnlyList<WelcomeAgent> all;
        lock (gate)
        {
            all = agents;
        }

        var variables = surroundings().For(all.Count == 1 ? all[0].Id : settings.Cell);
        // Its keys are in its configuration, which is what it goes by.
        variables.Remove("ANTHROPIC_API_KEY");
        variables.Remove("OPENAI_API_KEY");
        variables["HOME"] = folder.Home;
        // Each of its threads would get a heap of the C library's own.
        variables["MALLOC_ARENA_MAX"] = "2";
        // It is restarted in place, and by us; channels and what looks for others on a network are not its matter here.
        variables["OPENCLAW_NO_RESPAWN"] = "1";
        variables["OPENCLAW_SKIP_CHANNELS"] = "1";
        variables["OPENCLAW_DISABLE_BONJOUR"] = "1";
        return variables;
    }

    private void Tell(string state, string? reason, bool restarted = false)
    {
        lock (gate)
        {
            if (Health is not { } before)
            {
                return;
            }

            Health = new BrainHealth("openclaw", state, reason, before.Restarts + (restarted ? 1 : 0));
            changed.TrySetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        told();
    }
}
