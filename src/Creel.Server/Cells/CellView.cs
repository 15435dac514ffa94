using System.Text.Json;

namespace Creel.Server.Cells;

/// <summary>A cell as the API shows it: camel case, enums as words, times in milliseconds since 1970.</summary>
/// <param name="State"><c>running</c>, <c>starting</c> (its runtime has not connected yet), <c>stopped</c>, <c>unknown</c> (its runtime
/// is not connected, and its driver does not answer),
/// <c>restarting</c> (it ended by itself, and rests) or <c>failed</c>.</param>
/// <param name="NextTry">When one that is restarting is started again.</param>
/// <param name="Health">The runtime's own words: of the machine that it sees, not of the cell.</param>
/// <param name="Usage">What the cell itself uses; null where nothing counts that.</param>
internal sealed record CellView(
    string Id,
    string Group,
    IReadOnlyList<string> Agents,
    string Level,
    string Driver,
    string Network,
    string State,
    bool Connected,
    long? Since,
    int Restarts,
    string? Reason,
    long? NextTry,
    JsonElement? Health,
    UsageView? Usage,
    IReadOnlyList<string> Notes,
    IReadOnlyDictionary<string, long> Tasks
);

/// <param name="Notice">What the habitat's files say that is not in force, as a sentence; null: nothing.</param>
internal sealed record CellsView(IReadOnlyList<CellView> Cells, string? Notice);

/// <param name="ConnectedMs">From the request until the runtime had connected; null after a stop.</param>
internal sealed record CellChangeView(CellView Cell, double? ConnectedMs);
