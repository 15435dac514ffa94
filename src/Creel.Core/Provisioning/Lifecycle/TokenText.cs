namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Texts with a mark in the place of an agent's token, so that nothing else has to see it.</summary>
public static class TokenText
{
    /// <summary>How the line begins on which an agent finds its token.</summary>
    private const string Line = "AUTH_TOKEN=";

    /// <summary>With the mark in the place of all that look like a token of this agent.</summary>
    public static string Mask(string text, AgentId agent) => AgentToken.Replace(text, agent, DesiredAgent.TokenMark);

    /// <summary>With the mark on the line where a token belongs, also where another text stands there; all else is as it was.</summary>
    public static string Lined(string text) =>
        string.Join(
            '\n',
            text.Split('\n')
                .Select(l =>
                    !l.TrimStart().StartsWith(Line, StringComparison.Ordinal) || IsMarked(l)
                        ? l
                        : l[..(l.IndexOf('=') + 1)] + DesiredAgent.TokenMark + (l.EndsWith('\r') ? "\r" : "")
                )
        );

    public static bool IsMarked(string text) => text.Contains(DesiredAgent.TokenMark, StringComparison.Ordinal);

    public static string Fill(string text, string token) => text.Replace(DesiredAgent.TokenMark, token, StringComparison.Ordinal);
}
