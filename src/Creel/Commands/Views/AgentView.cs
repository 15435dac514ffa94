using System.Text.Json;

namespace Creel.Commands.Views;

/// <summary>An agent, as the hub knows it.</summary>
internal sealed record AgentView(
    string Id,
    string? Status,
    DateTimeOffset? RegisteredAt,
    DateTimeOffset? LastSeen,
    AgentMetadata? Metadata,
    AgentCounts? Stats,
    JsonElement? Health,
    IReadOnlyList<AgentTaskView>? CurrentTasks,
    CheckInFacts? CheckIn = null
);

/// <summary>Of an agent at a gateway elsewhere: how it was woken.</summary>
internal sealed record CheckInFacts(long Generation, int Wakes, DateTimeOffset? Due, string? Why);

/// <param name="Capabilities">A list, or text that says one.</param>
/// <param name="Cell">Its cell's id; null of an agent from elsewhere.</param>
/// <param name="Gateway">Where it lives; null of one here.</param>
internal sealed record AgentMetadata(string? Type, JsonElement? Capabilities, string? Cell, string? Gateway = null)
{
    public string CapabilityWords() =>
        Capabilities switch
        {
            { ValueKind: JsonValueKind.Array } list => string.Join(", ", list.EnumerateArray().Select(item => item.ToString())),
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            _ => "",
        };
}

internal sealed record AgentCounts(
    long TasksReceived,
    long TasksCompleted,
    long TasksFailed,
    long MessagesReceived,
    long MessagesSent
);

internal sealed record AgentTaskView(string Id, string? Type, DateTimeOffset? StartedAt);

internal sealed record AgentsView(IReadOnlyList<AgentView>? Agents);

internal sealed record AgentAnswer(AgentView Agent);
