using System.Globalization;

namespace Creel.Core.Rendering.Contract;

/// <summary>What the older generators read from their variables, with their defaults.</summary>
public sealed record ContractVariables
{
    public const string DefaultModel = "anthropic/claude-opus-4-5";

    /// <summary>More would be a slip of the pen; the older generators would have run until they were stopped.</summary>
    public const int MaxAgents = 10_000;

    /// <summary>As it was written; null or empty: not set.</summary>
    public string? Count { get; init; }

    public string Isolation { get; init; } = "none";

    public string Groups { get; init; } = "";

    public string User { get; init; } = "bot";

    public string Habitat { get; init; } = "default";

    public string Platform { get; init; } = "telegram";

    public string SharedPaths { get; init; } = "";

    public string Image { get; init; } = "hatchery/agent:latest";

    public IReadOnlyList<ContractAgent> Agents { get; init; } = [];

    public string Home => $"/home/{User}";

    /// <summary>Whether an AGENT_COUNT is a number at all.</summary>
    public static bool IsCount(string text) => AgentCount.IsNumber(text);

    /// <param name="lookup">The value of a variable; an empty one is as good as none.</param>
    /// <exception cref="CreelException">There are more than <see cref="MaxAgents"/> agents.</exception>
    public static ContractVariables Read(Func<string, string?> lookup)
    {
        string? Text(string name) => lookup(name) is { Length: > 0 } value ? value : null;
        var count = Text("AGENT_COUNT");
        return new ContractVariables
        {
            Count = count,
            Isolation = Text("ISOLATION_DEFAULT") ?? "none",
            Groups = FirstLine(Text("ISOLATION_GROUPS") ?? ""),
            User = Text("USERNAME") ?? "bot",
            Habitat = Text("HABITAT_NAME") ?? "default",
            Platform = Text("PLATFORM") ?? "telegram",
            SharedPaths = FirstLine(Text("ISOLATION_SHARED_PATHS") ?? ""),
            Image = Text("CONTAINER_IMAGE") ?? "hatchery/agent:latest",
            Agents = [.. Enumerable.Range(1, AgentCount.Of(count)).Select(n => Agent(n, Text))],
        };
    }

    /// <summary>The elements of a list: cut at each comma, nothing trimmed, one empty element at the end dropped.</summary>
    public static IReadOnlyList<string> Elements(string list)
    {
        var elements = list.Split(',').ToList();
        if (elements[^1].Length == 0)
        {
            elements.RemoveAt(elements.Count - 1);
        }

        return elements;
    }

    private static ContractAgent Agent(int number, Func<string, string?> text)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"AGENT{number}");
        return new ContractAgent(
            number,
            text($"{prefix}_NAME") ?? string.Create(CultureInfo.InvariantCulture, $"Agent{number}"),
            text($"{prefix}_MODEL") ?? DefaultModel,
            text($"{prefix}_ISOLATION_GROUP") ?? "",
            text($"{prefix}_ISOLATION") ?? "",
            text($"{prefix}_NETWORK") ?? "",
            text($"{prefix}_RESOURCES_MEMORY") ?? "",
            text($"{prefix}_RESOURCES_CPU") ?? ""
        );
    }

    private static string FirstLine(string text) => text.Split('\n')[0];
}
