using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>From what is wanted, what was seen and what we wrote to what is to be done.</summary>
public static class Planner
{
    /// <param name="desired">All that the habitat wants at this gateway, or those of them that were asked for.</param>
    /// <param name="observed">By the gateway's id of each.</param>
    /// <param name="records">Those of this gateway; of agents that were not asked for, none.</param>
    /// <param name="secrets">What opens the gateway: it is shown in no difference.</param>
    public static ProvisionPlan Plan(
        string? gateway,
        IReadOnlyList<DesiredAgent> desired,
        ObservedRoster roster,
        IReadOnlyDictionary<string, ObservedAgent> observed,
        IReadOnlyList<ProvisionRecord> records,
        ProvisionOptions options,
        IReadOnlyList<string> secrets
    )
    {
        var diffs = new ShownDiffs(gateway, secrets, isAlone: desired.Count == 1);
        var known = records.ToDictionary(r => r.Id, StringComparer.Ordinal);
        var agents = desired
            .Select(d =>
                Agent(d, observed[d.Registration.Id], known.GetValueOrDefault(d.Registration.Id), roster.Shape, options, diffs)
            )
            .ToList();
        var entries = agents
            .Where(a => a is { Absent: false, IsImported: false, Refusal: null } && HasEntry(a.Desired))
            .Select(a => a.Desired.Registration.Entry)
            .ToList();
        var wanted = desired.Select(d => d.Registration.Id).ToHashSet(StringComparer.Ordinal);
        return new ProvisionPlan(
            gateway,
            roster.WouldChange(entries),
            agents,
            [.. records.Where(r => !wanted.Contains(r.Id)).Select(r => new LeavingPlan(r, Leaving(r, options)))]
        );
    }

    private static AgentPlan Agent(
        DesiredAgent desired,
        ObservedAgent there,
        ProvisionRecord? record,
        RosterShape shape,
        ProvisionOptions options,
        ShownDiffs diffs
    )
    {
        var plan = new AgentPlan(desired);
        if (plan.IsImported || (!there.IsThere && options.OnlyThere))
        {
            return plan with { Absent = !there.IsThere };
        }

        if (
            (desired.Files ?? []).FirstOrDefault(f =>
                FileRules.Kept.Contains(f.Key) && f.Value.Length > IProvisionStore.LongestBase
            ) is
            { Key: { } name }
        )
        {
            return plan with
            {
                Refusal = Fault.Invalid(
                    "base-size",
                    $"{name} of {desired.Agent} has more than {IProvisionStore.LongestBase / 1024} KiB",
                    "Make it shorter, or put the rest into a file of its workspace."
                ),
            };
        }

        var asks = options.Asks | (record?.Owed ?? ProvisionAsks.None);
        var first = record?.First ?? there.IsNew(desired.Gateway is null);
        var changes = Changes(desired, there, shape);
        var (files, token) = Files(desired, there, record, asks, first, shape, options, diffs);
        var creates = !there.IsThere && desired.Gateway is not null;
        return plan with
        {
            Creates = creates,
            Changes = creates ? [] : changes,
            // A gateway takes a quarter of a second for a conversation that nobody speaks in yet.
            EnsuresSession = !options.Quiet && (record?.Session != desired.Session || record.Label != desired.Registration.Name),
            ResetsSession = asks.HasFlag(ProvisionAsks.ResetSession),
            Files = files,
            Token = token,
            Wake =
                options.Quiet ? null
                : first ? WakeReason.Provisioned
                : record?.Wake is { } owed ? owed
                : files.Any(f => f.Act is FileAct.Write or FileAct.Tell) ? WakeReason.Updated
                : null,
            Owes = files.Any(f => f.Reason == FileReason.Unspoken) ? ProvisionAsks.Bootstrap : ProvisionAsks.None,
        };
    }

    /// <summary>Of our own agents the habitat says all but what they say themselves.</summary>
    private static bool HasEntry(DesiredAgent desired) => desired.Gateway is not null || desired.Registration.Heartbeat.Count > 0;

    private static List<string> Changes(DesiredAgent desired, ObservedAgent there, RosterShape shape)
    {
        var (wanted, changes) = (desired.Registration, new List<string>());
        if (desired.Gateway is not null && there.Name != wanted.Name)
        {
            changes.Add("name");
        }

        if (desired.Gateway is not null && there.Workspace != wanted.Workspace)
        {
            changes.Add("workspace");
        }

        // The place is said apart: here it counts as right.
        var entry = wanted.Entry with
        {
            Workspace = there.Workspace ?? wanted.Workspace,
        };
        if (HasEntry(desired) && EntryChange.Differs(there.Entry, entry, shape))
        {
            changes.Add("heartbeat");
        }

        return changes;
    }

    private static (IReadOnlyList<FilePlan> Files, TokenAct Token) Files(
        DesiredAgent desired,
        ObservedAgent there,
        ProvisionRecord? record,
        ProvisionAsks asks,
        bool first,
        RosterShape shape,
        ProvisionOptions options,
        ShownDiffs diffs
    )
    {
        if (desired.Files is null)
        {
            return ([], TokenAct.None);
        }

        var turns = FileTurn
            .Of(desired, record, name => there.Files.GetValueOrDefault(name), shape)
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .ToList();
        var holds = turns.Any(t => t.IsMarked && t.Seen?.Holds == true);
        var rotates = asks.HasFlag(ProvisionAsks.RotateToken) && turns.Any(t => t.IsMarked);
        var files = Decide(renewsAll: rotates);
        if (!holds && !rotates && Marked().Any())
        {
            // A new one: all that have another get it.
            files = Decide(renewsAll: true);
        }

        files = [.. files.Select(f => Diffed(f, turns.First(t => t.Name == f.Name)))];

        var token =
            Marked().Any() ? (holds && !rotates ? TokenAct.Standing : TokenAct.New)
            : record is { Handover: true } && holds ? TokenAct.Succeeds
            : TokenAct.None;
        if (
            FirstWords.AreTold(desired, shape)
            && FirstWords.Of(Bootstrap(), record?.Files.GetValueOrDefault(FileRules.Bootstrap), asks, first, options) is { } words
        )
        {
            files.Add(options.Diff ? words with { Diff = diffs.Of(desired.Agent, "", Bootstrap()!) } : words);
        }

        return ([.. files, .. Deleted(desired, there, record)], token);

        string? Bootstrap() => desired.Files.FirstOrDefault(f => f.Key == FileRules.Bootstrap).Value;

        IEnumerable<FilePlan> Marked() => files.Where(f => f.Act == FileAct.Write && TokenText.IsMarked(f.Text!));

        List<FilePlan> Decide(bool renewsAll) =>
            [
                .. turns
                    .Select(t => ThreeWay.Of(t, asks, first, renewsAll || (t.IsMarked && t.Seen?.Holds == false)))
                    .OfType<FilePlan>(),
            ];

        // What stays as somebody wrote it is shown also where nobody asked, when it was read anyway.
        FilePlan Diffed(FilePlan file, FileTurn turn) =>
            file.Reason != FileReason.Token
            && (turn.Seen?.Text is null ? options.Diff && !turn.IsThere : options.Diff || file.Act == FileAct.Keep)
                ? file with
                {
                    Diff = diffs.Of(desired.Agent, turn.Seen?.Text ?? "", turn.Text),
                }
                : file;
    }

    /// <summary>What we wrote and have no more; what somebody changed since stays.</summary>
    private static IEnumerable<FilePlan> Deleted(DesiredAgent desired, ObservedAgent there, ProvisionRecord? record) =>
        (record?.Files.AsEnumerable() ?? [])
            .Where(f => f.Value is { Written: not null } r && r.Written == r.There && !FileRules.Kept.Contains(f.Key))
            .Where(f => desired.Files!.All(d => d.Key != f.Key))
            .Where(f => there.Files.GetValueOrDefault(f.Key) is { Listed.Missing: false } seen && f.Value.IsAsSeen(seen.Stamp))
            .Select(f => new FilePlan(f.Key, FileAct.Delete, FileReason.NotOurs));

    private static LeavingAct Leaving(ProvisionRecord record, ProvisionOptions options) =>
        record.Standing == Standing.Removing ? LeavingAct.Remove
        : !record.Made ? LeavingAct.Forget
        : options.Prune ? LeavingAct.Remove
        : LeavingAct.Tell;
}
