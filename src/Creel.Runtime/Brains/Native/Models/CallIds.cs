namespace Creel.Runtime.Brains.Native.Models;

/// <summary>A tool call's id comes back to whichever provider is asked next, and each has its own idea of what one is.</summary>
internal static class CallIds
{
    private const int Longest = 40;

    /// <summary>The same for the call and its answer.</summary>
    public static string For(string id)
    {
        var plain = string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        return plain.Length == 0 ? "call"
            : plain.Length <= Longest ? plain
            : plain[^Longest..];
    }
}
