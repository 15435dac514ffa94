using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>One file on its way to a decision: what we have, what we wrote, what stands there.</summary>
/// <param name="Text">With the mark where the token comes.</param>
/// <param name="Own">Of an agent in one of our cells, whose workspace may be somebody's work.</param>
internal sealed record FileTurn(string Name, string Text, FileRecord? Record, ObservedFile? Seen, bool Own)
{
    public string Ours { get; } = TextDigest.Of(Text);

    /// <summary>Of all files that we have for an agent, but those with which nothing is done, and first instructions that are told.</summary>
    /// <param name="seen">What stands there under a name; null: the gateway does not list it.</param>
    public static IEnumerable<FileTurn> Of(
        DesiredAgent desired,
        ProvisionRecord? record,
        Func<string, ObservedFile?> seen,
        RosterShape shape
    )
    {
        var told = FirstWords.AreTold(desired, shape);
        return (desired.Files ?? [])
            .Where(f => !(told && f.Key == FileRules.Bootstrap))
            .Select(f => new FileTurn(
                f.Key,
                f.Value,
                record?.Files.GetValueOrDefault(f.Key),
                seen(f.Key),
                desired.Gateway is null
            ))
            .Where(t => !t.IsOut);
    }

    /// <summary>Nothing is done with it: we have no text, or one that the gateway did not take.</summary>
    public bool IsOut => Text.Length == 0 || Record?.Refused == Ours;

    /// <summary>The gateway does not list it, and it is not read: it is taken to be there as it was written.</summary>
    public bool IsUnlisted => Seen is null && Record?.Written is not null;

    public bool IsThere => Seen is { Listed.Missing: false };

    public bool IsMarked => TokenText.IsMarked(Text);

    /// <summary>What the agent, or who made its workspace, wrote there stays.</summary>
    public bool IsKept => FileRules.Kept.Contains(Name) || (Own && Record?.Written is null);

    /// <summary>Of what stands there; null where it is not there or was not read.</summary>
    public string? There =>
        !IsThere ? null
        : Seen!.Text is { } text ? TextDigest.Of(text)
        : Record?.IsAsSeen(Seen.Stamp) == true ? Record.There
        : null;

    /// <summary>What stands there is another text than when it was last looked at, or nobody knows.</summary>
    public bool IsUnknown => IsThere && Record?.IsAsSeen(Seen!.Stamp) != true;
}
