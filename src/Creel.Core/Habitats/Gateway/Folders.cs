namespace Creel.Core.Habitats.Gateway;

/// <summary>Host folders as a configuration names them.</summary>
internal static class Folders
{
    /// <returns>Absolute and normalised; as written where it can't be told what it means.</returns>
    public static string Absolute(string path, string? home)
    {
        var text = path.Trim();
        var full =
            home is not null && (text == "~" || text.StartsWith("~/", StringComparison.Ordinal)) ? $"{home}{text[1..]}" : text;
        return full.StartsWith('/') ? PathRule.Normalise(full) ?? text : text;
    }
}
