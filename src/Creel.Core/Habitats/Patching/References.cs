using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Patching;

/// <summary>Who read a configuration with its variables replaced, and sends a value back as it was, did not mean to write it out.</summary>
internal static class References
{
    /// <param name="written">As it is in the files.</param>
    /// <param name="resolved">The same, variables replaced.</param>
    public static Json5Node Restore(Json5Node sent, Json5Node? written, Json5Node? resolved) =>
        (sent, written, resolved) switch
        {
            (Json5String text, Json5String was, Json5String meant) when text.Value == meant.Value && was.Value != meant.Value =>
                was,
            (Json5Object map, Json5Object was, Json5Object meant) => map with
            {
                Members =
                [
                    .. map.Members.Select(m =>
                        m with
                        {
                            Value = Restore(m.Value, was.Find(m.Key)?.Value, meant.Find(m.Key)?.Value),
                        }
                    ),
                ],
            },
            (Json5Array list, Json5Array was, Json5Array meant) => list with
            {
                Items =
                [
                    .. list.Items.Select(
                        (item, i) => Restore(item, TreeWalk.Beside(was, item, i), TreeWalk.Beside(meant, item, i))
                    ),
                ],
            },
            _ => sent,
        };
}
