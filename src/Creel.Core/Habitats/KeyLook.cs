namespace Creel.Core.Habitats;

/// <summary>Whether a text looks like a provider's key, for places in which none belongs.</summary>
public static class KeyLook
{
    /// <summary>As providers write theirs, or so long and full of digits that nobody calls a thing so.</summary>
    public static bool IsKey(string text) =>
        text.StartsWith("sk-", StringComparison.OrdinalIgnoreCase) || text.Length >= 20 && text.Count(char.IsAsciiDigit) >= 4;
}
