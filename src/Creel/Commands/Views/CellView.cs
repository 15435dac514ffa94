using System.Text.Json;

namespace Creel.Commands.Views;

/// <summary>A cell, as <c>GET /cells</c> shows it.</summary>
internal sealed record CellView(
    string Id,
    string? Group,
    IReadOnlyList<string>? Agents,
    string? Level,
    string? Driver,
    string? Network,
    string? State,
    bool Connected,
    DateTimeOffset? Since,
    int Restarts,
    string? Reason,
    JsonElement? Health,
    IReadOnlyList<string>? Notes,
    IReadOnlyDictionary<string, long>? Tasks
);

internal sealed record CellsView(IReadOnlyList<CellView>? Cells);
