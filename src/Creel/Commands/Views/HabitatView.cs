using System.Text.Json;

namespace Creel.Commands.Views;

/// <summary>The habitat that is up.</summary>
internal sealed record HabitatView(string? Name, string? File, string? Revision, IReadOnlyList<HabitatAgentView>? Agents);

internal sealed record HabitatAgentView(
    string Id,
    string? Name,
    string? Group,
    bool Default,
    string? Model,
    JsonElement? Brain,
    string? Workspace,
    int? Number = null
);
