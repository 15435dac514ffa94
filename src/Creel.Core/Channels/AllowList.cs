using System.Collections.Frozen;

namespace Creel.Core.Channels;

/// <summary>Senders that are let in. Entries that can be nobody are left out, and told.</summary>
public sealed class AllowList
{
    public const string Everyone = "*";

    private readonly FrozenSet<string> ids;

    /// <param name="wholeNames">Only entries with the channel before them count, as in <c>webchat:ann</c>.</param>
    public AllowList(IEnumerable<string> entries, IChannelKind kind, bool wholeNames = false)
    {
        var (found, odd) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var entry in entries)
        {
            if (entry.Trim() == Everyone)
            {
                HasEveryone = true;
            }
            else if (wholeNames && !entry.Trim().StartsWith($"{kind.Channel}:", StringComparison.OrdinalIgnoreCase))
            {
                // Somebody of that name may be there; he is not who was meant.
            }
            else if (kind.SenderId(entry, out var id))
            {
                found.Add(id);
            }
            else
            {
                odd.Add(entry);
            }
        }

        (ids, Odd) = (found.ToFrozenSet(StringComparer.Ordinal), odd);
    }

    public bool HasEveryone { get; }

    public bool IsEmpty => !HasEveryone && ids.Count == 0;

    /// <summary>What was written and can't be a sender of this messenger.</summary>
    public IReadOnlyList<string> Odd { get; }

    public bool Holds(string sender) => HasEveryone || ids.Contains(sender);

    /// <summary>Somebody is in it by his own id.</summary>
    public bool NamesAnyone => ids.Count > 0;

    /// <summary>By his own id, not as one of everybody.</summary>
    public bool Names(string sender) => ids.Contains(sender);
}
