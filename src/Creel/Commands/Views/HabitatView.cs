using System.Text.Json;

namespace Creel.Commands.Views;

/// <summary>The habitat that is up.</summary>
/// <param name="Upstreams">Their names.</param>
internal sealed record HabitatView(
    string? Name,
    string? File,
    string? Revision,
    IReadOnlyList<HabitatAgentView>? Agents,
    IReadOnlyList<HabitatGroupView>? Groups = null,
    IReadOnlyList<string>? Upstreams = null
);

/// <param name="Models">That it may call; none: all.</param>
internal sealed record HabitatGroupView(string Id, IReadOnlyList<string>? Models);

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
