using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;
using Creel.Core.Habitats.Patching;

namespace Creel.Server.Cells;

/// <summary>
/// Reads and changes the habitat that is up, for programs. One change at a time: each is written and in force when it is answered, and sees all
/// that were answered before it. Cells that it needs come up after that.
/// </summary>
/// <param name="settle">Has the cells brought to what is in force, soon.</param>
internal sealed class ConfigStore(
    HabitatKeeper habitats,
    Reconciler reconciler,
    CellAudit audit,
    ApplyTurns turns,
    Action settle,
    TimeProvider time
) : IConfigStore
{
    private const string Retry = "re-run config.get and retry";

    public ConfigSnapshot Get()
    {
        if (habitats.File is not { } file)
        {
            return ConfigSnapshots.None;
        }

        try
        {
            return ConfigSnapshots.Of(habitats.Read(null, default));
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return ConfigSnapshots.Gone(file);
        }
    }

    public Task<ConfigOutcome> PatchAsync(string? raw, string? baseHash, string by, CancellationToken cancel) =>
        TakeAsync("config.patch", by, false, files => Sent(files, raw, baseHash, patch: true), cancel);

    public Task<ConfigOutcome> SetAsync(string? raw, string? baseHash, string by, CancellationToken cancel) =>
        TakeAsync("config.set", by, false, files => Sent(files, raw, baseHash, patch: false), cancel);

    public Task<ConfigOutcome> ChangeAsync(Func<string, string> change, string by, CancellationToken cancel) =>
        ChangeAsync("config.change", change, false, by, cancel);

    /// <param name="deleteWorkspaces">Also those of the agents that it takes out.</param>
    public Task<ConfigOutcome> ChangeAsync(
        string action,
        Func<string, string> change,
        bool deleteWorkspaces,
        string by,
        CancellationToken cancel
    ) =>
        TakeAsync(
            action,
            by,
            deleteWorkspaces,
            files => ConfigChange.To(files, change(ConfigChange.Whole(files)), time.GetUtcNow()),
            cancel
        );

    private (HabitatChange?, ConfigOutcome.Refused?) Sent(HabitatSnapshot files, string? raw, string? baseHash, bool patch)
    {
        var verb = patch ? "patch" : "set";
        if (string.IsNullOrWhiteSpace(baseHash))
        {
            return (null, Refuse(ConfigRefusal.BaseHashRequired, $"config base hash required; {Retry}"));
        }

        if (baseHash != ConfigSnapshots.Hash(files))
        {
            return (null, Refuse(ConfigRefusal.Changed, $"config changed since last load; {Retry}"));
        }

        if (patch && files.Reading.Model is null)
        {
            return (
                null,
                new ConfigOutcome.Refused(ConfigRefusal.InvalidNow, "invalid config; fix before patching", files.Reading.Issues)
            );
        }

        return raw is null
            ? (null, Refuse(ConfigRefusal.RawRequired, $"invalid config.{verb} params: raw (string) required"))
            : ConfigChange.Of(files, raw, patch, time.GetUtcNow());
    }

    private async Task<ConfigOutcome> TakeAsync(
        string action,
        string by,
        bool deleteWorkspaces,
        Func<HabitatSnapshot, (HabitatChange? Change, ConfigOutcome.Refused? Refused)> decide,
        CancellationToken cancel
    )
    {
        ConfigOutcome? answer = null;
        try
        {
            turns.LookForMoves();
            var done = await reconciler.TakeAsync(
                () => Read(decide, deleteWorkspaces, out answer),
                () => audit.AskedAsync(action, "habitat", "ok", new { by }),
                cancel
            );
            if (done is null)
            {
                if (answer is ConfigOutcome.Refused no)
                {
                    await audit.AskedAsync(action, "habitat", "refused", new { by, code = no.Reason });
                }

                return answer!;
            }

            settle();
            return new ConfigOutcome.Done(Get(), Noop: false);
        }
        catch (CreelException e)
            when (e.Fault.Kind is FaultKind.Conflict or FaultKind.Refused or FaultKind.NotFound or FaultKind.Missing)
        {
            await audit.AskedAsync(action, "habitat", "refused", new { by, code = e.Fault.Code });
            return Refuse(ConfigRefusal.NotNow, e.Fault.ToString());
        }
    }

    private Wish? Read(
        Func<HabitatSnapshot, (HabitatChange? Change, ConfigOutcome.Refused? Refused)> decide,
        bool deleteWorkspaces,
        out ConfigOutcome? answer
    )
    {
        var files = habitats.Read(null, default);
        var (change, refused) = decide(files);
        answer = refused;
        if (refused is null && change is null)
        {
            answer = new ConfigOutcome.Done(ConfigSnapshots.Of(files), Noop: true);
        }

        if (answer is not null)
        {
            return null;
        }

        var foreseen = ConfigChange.Foresee(files, change!);
        if (foreseen.Model is null)
        {
            answer = new ConfigOutcome.Refused(ConfigRefusal.Invalid, "invalid config", foreseen.Issues);
            return null;
        }

        return habitats.Change(change!, deleteWorkspaces);
    }

    private static ConfigOutcome.Refused Refuse(ConfigRefusal reason, string message) => new(reason, message, []);
}
