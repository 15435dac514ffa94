namespace Creel.Core.Sessions;

/// <summary>Names of transcripts: a file is called so in the cell, so the alphabet is narrow.</summary>
public static class SessionIds
{
    private const int Longest = 128;

    /// <summary><c>[a-z0-9][a-z0-9._-]{0,127}</c></summary>
    public static bool IsValid(string? id) =>
        id is { Length: > 0 and <= Longest }
        && (char.IsAsciiLetterLower(id[0]) || char.IsAsciiDigit(id[0]))
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');
}
