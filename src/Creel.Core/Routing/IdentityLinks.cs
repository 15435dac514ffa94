namespace Creel.Core.Routing;

/// <summary>One person's ids, <c>channel:id</c> or <c>id</c>, and the name that stands for all of them in a session key.</summary>
public sealed class IdentityLinks
{
    public static readonly IdentityLinks None = new([]);

    private readonly Dictionary<string, (int Order, string Name)> names = new(StringComparer.Ordinal);

    /// <param name="links">In the order of the configuration: the first name that claims an id has it.</param>
    public IdentityLinks(IEnumerable<(string Name, IReadOnlyList<string> Ids)> links)
    {
        var order = 0;
        foreach (var (written, ids) in links)
        {
            if (RoutingText.Lower(written) is not { Length: > 0 } name)
            {
                continue;
            }

            foreach (var id in ids.Select(RoutingText.Lower).Where(id => id.Length > 0))
            {
                names.TryAdd(id, (order, name));
            }

            order++;
        }
    }

    /// <param name="peer">In lower case.</param>
    /// <returns>The name; null where the id is nobody's.</returns>
    public string? Find(string channel, string peer)
    {
        if (names.Count == 0 || peer.Length == 0)
        {
            return null;
        }

        var bare = names.TryGetValue(peer, out var one);
        var full = names.TryGetValue($"{channel}:{peer}", out var other);
        return (bare, full) switch
        {
            (true, true) => one.Order <= other.Order ? one.Name : other.Name,
            (true, false) => one.Name,
            (false, true) => other.Name,
            _ => null,
        };
    }
}
