using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Setups;

/// <summary>
/// The command that makes the cell ready: it runs as any task of its agents would, before the first of them, and once for each command and cell. Where
/// it fails nothing is started, until it is tried again: by a new runtime, or as another command.
/// </summary>
internal sealed class CellSetup(RuntimeSettings settings, Func<TaskSurroundings> surroundings, RuntimeLog log)
{
    /// <summary>What the hub shows of a text.</summary>
    private const int LongestReason = 240;

    private readonly Lock gate = new();
    private readonly SetupMark done = new(settings.State);
    private readonly CancellationTokenSource stop = new();
    private Task loop = Task.CompletedTask;
    private string? mark;
    private string? failure;
    private volatile SetupState state;

    /// <summary>After which it is ended.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Told each time when <see cref="State"/> has changed by itself.</summary>
    public Action Changed { get; set; } = () => { };

    public SetupState State => state;

    public void Apply(WelcomeSetup? setup, IReadOnlyList<WelcomeAgent> agents)
    {
        lock (gate)
        {
            if (mark == setup?.Mark)
            {
                return;
            }

            mark = setup?.Mark;
            failure = null;
            if (setup is null || done.Is(setup.Mark))
            {
                state = SetupState.Done;
                return;
            }

            state = SetupState.Running;
            var before = loop;
            loop = Task.Run(() => RunAsync(before, setup, agents));
        }
    }

    /// <exception cref="CreelException">It has failed, so that nothing can be started in this cell.</exception>
    public void Check()
    {
        lock (gate)
        {
            if (state == SetupState.Failed)
            {
                throw new CreelException(
                    Fault.Unavailable(
                        "setup-failed",
                        $"the setupCommand of this cell has failed, so nothing is started in it: {failure}",
                        "Mend it in the habitat, then: creel up. To try the same again: creel agent restart"
                    )
                );
            }
        }
    }

    /// <summary>Ends what runs; completes when nothing of it is left.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        Task last;
        lock (gate)
        {
            last = loop;
        }

        await last.ConfigureAwait(false);
    }

    /// <summary>Nothing where the cell has no such command.</summary>
    public void Write(Utf8JsonWriter json)
    {
        lock (gate)
        {
            if (mark is null)
            {
                return;
            }

            json.WriteStartObject("setup");
            json.WriteString("state", state.ToString().ToLowerInvariant());
            if (failure is { } reason)
            {
                json.WriteString("reason", PlainLines.Cut(reason, LongestReason));
            }

            json.WriteEndObject();
        }
    }

    /// <param name="before">Another one that has not ended yet.</param>
    private async Task RunAsync(Task before, WelcomeSetup setup, IReadOnlyList<WelcomeAgent> agents)
    {
        try
        {
            await before.ConfigureAwait(false);
            var around = surroundings();
            var began = around.Time.GetTimestamp();
            log.Write("setup: begins");
            var order = new SpawnOrder(
                ["/bin/sh", "-c", setup.Command],
                around.For(agents.Count == 1 ? agents[0].Id : settings.Cell),
                agents.Count > 0 ? agents[0].Workspace : settings.Home,
                MergeErrors: true
            );
            var wrong = await SetupRun.RunAsync(order, Longest, log, around.Time, stop.Token).ConfigureAwait(false);
            log.Write(
                wrong is null
                    ? FormattableString.Invariant($"setup: done after {around.Time.GetElapsedTime(began).TotalSeconds:0.0} s")
                    : $"setup: failed: {wrong}"
            );
            End(setup.Mark, wrong);
        }
        catch (OperationCanceledException)
        {
            // The cell ends: the next runtime begins anew.
        }
        catch (Exception e)
        {
            log.Write($"bug: setup: {e}");
            End(setup.Mark, "the runtime failed; its log says more");
        }
    }

    private void End(string ended, string? wrong)
    {
        lock (gate)
        {
            if (mark != ended)
            {
                return;
            }

            if (wrong is null)
            {
                Keep(ended);
            }

            failure = wrong;
            state = wrong is null ? SetupState.Done : SetupState.Failed;
        }

        Changed();
    }

    private void Keep(string ended)
    {
        try
        {
            done.Write(ended);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write($"setup: that it is done can't be written, so the next runtime does it again: {e.Message}");
        }
    }
}
