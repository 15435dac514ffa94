using System.Threading.Channels;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Provisioning;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>
/// Sees when the habitat's files change. What is about conversations and minds alone is in force at once; what changes cells, or what they may, is
/// told and waits for a person; what is wrong is told, and the last that was right stays in force.
/// </summary>
internal sealed class HotReload(
    HabitatKeeper habitats,
    IHabitatFiles files,
    Reconciler reconciler,
    CellAudit audit,
    TimeProvider time,
    ILogger log
)
{
    private const string Ahead = "the files say what is not in force: see it with creel plan, apply it with creel up";

    private readonly SemaphoreSlim looking = new(1);
    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>What the files say that is not in force, as a sentence; null: nothing.</summary>
    public string? Notice { get; private set; }

    public async Task RunAsync(CancellationToken cancel)
    {
        habitats.Replaced += Signal;
        try
        {
            while (true)
            {
                using (Watch())
                {
                    // Between two watches something may have changed: each begins with a look.
                    await LookAsync(cancel);
                    await signals.Reader.ReadAsync(cancel);
                    await QuietAsync(cancel);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        finally
        {
            habitats.Replaced -= Signal;
        }
    }

    private void Signal() => signals.Writer.TryWrite(true);

    private IDisposable? Watch()
    {
        try
        {
            return habitats.File is { } file ? files.Watch(file, Signal) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CreelException)
        {
            log.LogWarning("the habitat's folder can't be watched: {Reason}", e.Message);
            return null;
        }
    }

    /// <summary>Until nothing has happened for a while: an editor writes in several steps.</summary>
    private async Task QuietAsync(CancellationToken cancel)
    {
        var wait = habitats.Current?.Gateway.Gateway.Reload.Debounce ?? TimeSpan.Zero;
        do
        {
            await Task.Delay(wait, time, cancel);
        } while (signals.Reader.TryRead(out _));
    }

    /// <summary>Looks now, and waits for nothing: who asks may just have written the files, and means what they say.</summary>
    /// <returns>What of them is not in force; null: all is.</returns>
    /// <exception cref="CreelException">No habitat is up.</exception>
    public async Task<UnheededFiles?> AskAsync(CancellationToken cancel)
    {
        var file = habitats.File ?? throw HabitatKeeper.NothingUp();
        await LookAsync(cancel);
        try
        {
            var now = habitats.Read(null, default);
            var wrong = now.Reading.Model is null;
            return now.Revision == habitats.Revision
                ? null
                : new UnheededFiles(file, Notice ?? (wrong ? Wrong(now.Reading) : Ahead), wrong);
        }
        catch (CreelException e)
        {
            return new UnheededFiles(file, Untakeable(e), Wrong: true);
        }
    }

    internal async Task LookAsync(CancellationToken cancel)
    {
        await looking.WaitAsync(cancel);
        try
        {
            await SeeAsync(cancel);
        }
        finally
        {
            looking.Release();
        }
    }

    private async Task SeeAsync(CancellationToken cancel)
    {
        if (habitats.Current is not { } now || now.Gateway.Gateway.Reload.Mode == ReloadMode.Off)
        {
            Notice = null;
            return;
        }

        try
        {
            var candidate = habitats.Read(null, default);
            if (candidate.Revision == habitats.Revision)
            {
                Notice = null;
            }
            else if (candidate.OtherHand is { } hand)
            {
                await TellAsync(
                    $"the files changed, and are not taken by themselves: {hand}; apply them with creel up",
                    "other-hand"
                );
            }
            else if (candidate.Reading.Model is not { } next)
            {
                await TellAsync(Wrong(candidate.Reading), "wrong");
            }
            else if (Rest(now) != Rest(next))
            {
                await TellAsync(Ahead, "ahead");
            }
            else
            {
                await TakeAsync(candidate.Revision, cancel);
            }
        }
        catch (CreelException e)
        {
            await TellAsync(Untakeable(e), e.Fault.Code);
        }
    }

    private async Task TakeAsync(string revision, CancellationToken cancel)
    {
        var taken = await reconciler.TakeQuietlyAsync(
            () => habitats.Read(null, default) is var again && again.Revision == revision ? habitats.Take(again, false) : null,
            () => audit.OwnAsync("habitat.reload", "habitat", "ok", new { file = habitats.File }),
            cancel
        );
        if (taken == Taken.Touching)
        {
            await TellAsync("the files say what changes cells: see it with creel plan, apply it with creel up", "ahead");
        }
        else if (taken is Taken.InForce or Taken.Untold)
        {
            Notice = null;
            log.LogInformation("what {File} says is in force, and touches no cell", habitats.File);
            if (taken == Taken.Untold)
            {
                log.LogError("a cell could not be told of it: see which with creel plan, and tell it with creel up");
            }
        }
        else
        {
            Signal();
        }
    }

    private async Task TellAsync(string notice, string code)
    {
        if (Notice == notice)
        {
            return;
        }

        Notice = notice;
        log.LogWarning("{File}: {Notice}", habitats.File, notice);
        await audit.OwnAsync("habitat.reload", "habitat", "refused", new { file = habitats.File, code });
    }

    private static string Wrong(HabitatReading reading) =>
        $"the files are wrong, and what was right before stays in force: {First(reading)}";

    private static string Untakeable(CreelException e) => $"the files can't be taken: {e.Fault.Message}";

    private static string First(HabitatReading reading)
    {
        var errors = reading.Problems.Where(p => p.Severity == Severity.Error).ToList();
        return errors.Count == 1 ? errors[0].ToString() : $"{errors[0]} (and {errors.Count - 1} more)";
    }

    /// <summary>All but what is about conversations, and what a native brain is told for the next turn.</summary>
    private static string Rest(HabitatModel habitat)
    {
        var sections = habitat.Sections.Where(s => !Conversations.Contains(s.Key)).ToDictionary(s => s.Key, s => s.Value);
        var rest = habitat with
        {
            Agents = [.. habitat.Agents.Select(Rest)],
            Sections = sections,
            Gateway = new GatewaySections(),
            Bridge = BridgeModel.Off,
            Provisioning = ProvisioningModel.None,
            ForeignGateways = new Dictionary<string, ForeignGatewayModel>(),
        };
        return HabitatJson.Write(rest)
            + string.Join('\n', sections.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value));
    }

    /// <summary>Another kind of brain may have to start anew for a name or a model.</summary>
    private static AgentModel Rest(AgentModel agent) =>
        agent.Brain.Kind == "native"
            ? agent with
            {
                Name = agent.Id.Value,
                Model = null,
                Default = false,
            }
            : agent with
            {
                Default = false,
            };

    private static readonly HashSet<string> Conversations =
    [
        .. (string[])["agents", "bindings", "broadcast", "channels", "commands", "gateway", "messages", "meta", "session"],
        .. (string[])["logging", "skills", "tools", "ui", "wizard"],
        // What agents are told, and those elsewhere: no cell goes by it.
        .. (string[])["boards", "users", "gateways", "templates"],
    ];
}

/// <summary>What the habitat's files say that is not in force.</summary>
/// <param name="Notice">As a sentence.</param>
/// <param name="Wrong">They are no habitat; else they wait for a person.</param>
internal sealed record UnheededFiles(string File, string Notice, bool Wrong);

/// <summary>What became of a change that was to touch no cell.</summary>
internal enum Taken
{
    InForce,

    /// <summary>It is in force, and a cell that goes on could not be told of it.</summary>
    Untold,

    /// <summary>It would start, stop or restart one.</summary>
    Touching,

    /// <summary>It is not what was looked at any more.</summary>
    Stale,
}
