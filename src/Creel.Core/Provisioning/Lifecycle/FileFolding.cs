namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Files that a newer gateway has given up: what they say stands at the end of one that it has.</summary>
public static class FileFolding
{
    public const string Into = "AGENTS.md";

    /// <summary>In the order in which they stand there.</summary>
    public static readonly IReadOnlyList<string> Given = [.. (string[])["TOOLS.md", "HEARTBEAT.md"]];

    /// <param name="taken">The names that the gateway lists; none: it did not say.</param>
    public static DesiredAgent Of(DesiredAgent agent, IReadOnlyCollection<string> taken)
    {
        if (agent.Files is not { } files || !taken.Contains(Into) || files.All(f => f.Key != Into))
        {
            return agent;
        }

        var folded = files.Where(f => Given.Contains(f.Key) && !taken.Contains(f.Key) && f.Value.Length > 0).ToList();
        if (folded.Count == 0)
        {
            return agent;
        }

        var rest = files
            .Except(folded)
            .Select(f => f.Key == Into ? KeyValuePair.Create(Into, string.Join("\n\n", Texts(f.Value, folded))) : f);
        return agent with { Files = [.. rest.Select(f => KeyValuePair.Create(f.Key, Renamed(f.Value, folded)))] };
    }

    /// <summary>Who is sent to a file that is not there is sent to where its text is.</summary>
    private static string Renamed(string text, IEnumerable<KeyValuePair<string, string>> folded) =>
        folded.Aggregate(text, (t, f) => t.Replace(f.Key, Into, StringComparison.Ordinal));

    private static IEnumerable<string> Texts(string first, IEnumerable<KeyValuePair<string, string>> others) =>
        others.OrderBy(f => Given.ToList().IndexOf(f.Key)).Select(f => f.Value.Trim('\n')).Prepend(first.TrimEnd('\n'));
}
