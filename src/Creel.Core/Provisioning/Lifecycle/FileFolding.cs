namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Files that a newer gateway has given up: what they say stands at the end of one that it has.</summary>
public static class FileFolding
{
    private const string Into = "AGENTS.md";

    private static readonly string[] Given = ["TOOLS.md", "HEARTBEAT.md"];

    /// <param name="taken">The names that the gateway lists; none: it did not say.</param>
    public static DesiredAgent Of(DesiredAgent agent, IReadOnlyCollection<string> taken)
    {
        if (agent.Files is not { } files || !taken.Contains(Into) || files.All(f => f.Key != Into))
        {
            return agent;
        }

        var folded = files.Where(f => Given.Contains(f.Key) && !taken.Contains(f.Key) && f.Value.Length > 0).ToList();
        return folded.Count == 0
            ? agent
            : agent with
            {
                Files =
                [
                    .. files
                        .Except(folded)
                        .Select(f => f.Key == Into ? KeyValuePair.Create(Into, string.Join("\n\n", Texts(f.Value, folded))) : f),
                ],
            };
    }

    private static IEnumerable<string> Texts(string first, IEnumerable<KeyValuePair<string, string>> others) =>
        others.OrderBy(f => Array.IndexOf(Given, f.Key)).Select(f => f.Value.Trim('\n')).Prepend(first.TrimEnd('\n'));
}
