using System.Text;

namespace Creel.Core.Habitats;

/// <summary>What an id was meant to be.</summary>
internal static class AgentIds
{
    /// <summary>
    /// A name as an id, by OpenClaw's rule: lower case, every run of other signs becomes one <c>-</c>, none of them at the
    /// ends, at
    /// most 64. Null where nothing is left.
    /// </summary>
    public static string? Normalise(string name)
    {
        var id = new StringBuilder();
        foreach (var c in name.Trim().ToLowerInvariant())
        {
            if (c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '-')
            {
                id.Append(c);
            }
            else if (id.Length == 0 || id[^1] != '-')
            {
                id.Append('-');
            }
        }

        var text = id.ToString().Trim('-').TrimStart('_');
        text = text.Length > 64 ? text[..64].TrimEnd('-') : text;
        return Slug.IsValid(text) ? text : null;
    }

    /// <summary>What is left of an id when case and signs don't count.</summary>
    public static string Fold(string id) =>
        string.Join('-', id.ToLowerInvariant().Split(['-', '_'], StringSplitOptions.RemoveEmptyEntries));
}
