using System.Text.RegularExpressions;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Finds an agent's tokens in what stands at a gateway, so that nothing else has to see them.</summary>
public static partial class TokenText
{
    /// <summary>More of them in one file are nobody's files: the gateway made them up, and each costs a look.</summary>
    private const int Most = 16;

    /// <summary>What looks like tokens of this agent, each once; of many the first.</summary>
    public static IReadOnlyList<string> Find(string text, AgentId agent) =>
        [.. Matches(text, agent).Select(m => m.Value).Distinct(StringComparer.Ordinal).Take(Most)];

    /// <summary>With the mark in the place of all, in one go.</summary>
    public static string Mask(string text, AgentId agent) =>
        Shape().Replace(text, m => m.Groups["id"].Value == agent.Value ? DesiredAgent.TokenMark : m.Value);

    public static bool IsMarked(string text) => text.Contains(DesiredAgent.TokenMark, StringComparison.Ordinal);

    public static string Fill(string text, string token) => text.Replace(DesiredAgent.TokenMark, token, StringComparison.Ordinal);

    private static IEnumerable<Match> Matches(string text, AgentId agent) =>
        Shape().Matches(text).Where(m => m.Groups["id"].Value == agent.Value);

    /// <summary><c>ID.SECRET</c>, of which the secret has at least 128 bits.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9_.-])(?<id>[a-z0-9][a-z0-9_-]{0,63})\.[A-Za-z0-9_-]{22,128}(?![A-Za-z0-9_-])")]
    private static partial Regex Shape();
}
