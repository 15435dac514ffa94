namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is known to be owed to an agent without a look at its gateway.</summary>
public static class KnownWork
{
    private const ProvisionAsks Manners = ProvisionAsks.Quiet | ProvisionAsks.OnlyThere;

    public static bool IsOwed(ProvisionRecord record, DesiredAgent desired)
    {
        if (
            record is { First: true } or { Handover: true } or { Wake: not null }
            || (record.Owed & ~Manners) != ProvisionAsks.None
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
        return (folded.Files ?? []).Any(f => IsBehind(f.Key, f.Value, record.Files.GetValueOrDefault(f.Key)));
    }

    /// <summary>Our text is another than the one that we wrote, and would be written.</summary>
    private static bool IsBehind(string name, string text, FileRecord? known)
    {
        // First instructions are given once, whatever became of them.
        if (text.Length == 0 || name == FileRules.Bootstrap)
        {
            return false;
        }

        var ours = TextDigest.Of(text);
        var kept = FileRules.Kept.Contains(name);
        return known?.Refused != ours
            && known?.Written != ours
            && (!kept || (known?.Written is { } written && written == known.There));
    }
}
