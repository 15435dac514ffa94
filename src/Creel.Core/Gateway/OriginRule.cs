namespace Creel.Core.Gateway;

/// <summary>Which pages may call: those of the gateway itself, and those that were named.</summary>
public static class OriginRule
{
    /// <param name="origin">As the browser sent it.</param>
    /// <param name="host">The Host header, which was found to be a name of ours.</param>
    /// <param name="named">Whole origins, or <c>*</c> for all.</param>
    public static bool Allows(string origin, string host, IReadOnlyCollection<string> named)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https"))
        {
            return false;
        }

        var text = page.GetLeftPart(UriPartial.Authority);
        return named.Any(n => n.Trim() == "*" || string.Equals(n.Trim().TrimEnd('/'), text, StringComparison.OrdinalIgnoreCase))
            || string.Equals(text, $"{page.Scheme}://{host}", StringComparison.OrdinalIgnoreCase);
    }
}
