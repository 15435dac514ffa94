namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is known to be owed to an agent without a look at its gateway.</summary>
public static class KnownWork
{
    public static bool IsOwed(ProvisionRecord record, DesiredAgent desired)
    {
        if (
            record is { First: true } or { Handover: true } or { Wake: not null }
            || (record.Owed & ~ProvisionOptions.Manners) != ProvisionAsks.None
        )
        {
            return true;
        }

        if (
            (record.Session is { } session && session != desired.Session)
            || (record.Label is { } label && label != desired.Registration.Name)
        )
        {
            return true;
        }

        // What was written says which files its gateway takes.
        var folded = FileFolding.Of(desired, [.. record.Files.Where(f => f.Value.Refused is null).Select(f => f.Key)]);
        return (folded.Files ?? [])
            .Select(f => new FileTurn(
                f.Key,
                f.Value,
                record.Files.GetValueOrDefault(f.Key),
                Seen: null,
                Own: desired.Gateway is null
            ))
            .Any(IsBehind);
    }

    /// <summary>Our text is another than the one that we wrote, and would be written.</summary>
    private static bool IsBehind(FileTurn turn) =>
        // First instructions are given once, whatever became of them.
        turn.Name != FileRules.Bootstrap
        && !turn.IsOut
        && turn.Record?.Written != turn.Ours
        && (!turn.IsKept || (turn.Record is { Written: { } written } known && written == known.There));
}
