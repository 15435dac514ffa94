using System.Text.Json;
using Creel.Core;

namespace Creel.Server.Hub;

/// <summary>Whether a cell's runtime is connected, and what it last said of itself.</summary>
/// <param name="Since">When it became so.</param>
/// <param name="Epoch">Of its connection; the last one's while it is away; 0 before the first.</param>
/// <param name="Answered">How many tasks its runtimes have brought to an end; one that was interrupted is none.</param>
/// <param name="Health">The last report, a JSON object; null before the first.</param>
public sealed record CellPresence(
    CellId Cell,
    bool Connected,
    DateTimeOffset Since,
    long Epoch,
    string? Version,
    string? Journal,
    JsonElement? Health,
    DateTimeOffset? HealthAt,
    long Answered
)
{
    /// <summary>How its setup command has failed; null: it has not.</summary>
    public string? SetupFailure => Connected ? Peers.SetupNews.Failure(Health) : null;
}
