namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>The line of <c>TOOLS.md</c> on which an agent's token stands.</summary>
public static class TokenLine
{
    public const string Name = "AUTH_TOKEN";

    private const string Start = Name + "=";

    /// <returns>What stands there; null where there is no such line.</returns>
    public static string? Find(string? file) =>
        file?.Split('\n').Select(l => l.Trim()).FirstOrDefault(IsIt) is { } line ? line[Start.Length..].Trim() : null;

    /// <summary>The file with another token, wherever the old one stood.</summary>
    public static string Replace(string file, string token)
    {
        var old = Find(file);
        file = AgentToken.AgentOf(old) is null ? file : file.Replace(old!, token, StringComparison.Ordinal);
        return string.Join('\n', file.Split('\n').Select(l => IsIt(l.Trim()) ? Start + token : l));
    }

    private static bool IsIt(string line) => line.StartsWith(Start, StringComparison.Ordinal);
}
