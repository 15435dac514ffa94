using System.Text.Json;
using Creel.Server.Audits;
using Creel.Server.Hub.Seats;

namespace Creel.Server.Hub.Peers;

/// <summary>What became of a cell's setup command, as its runtime says, for the audit.</summary>
internal static class SetupNews
{
    private const string Failed = "failed";

    /// <param name="before">The last report; null: none yet.</param>
    /// <param name="now">As it may be shown.</param>
    public static ValueTask TellAsync(AuditTrail audit, Station station, JsonElement? before, JsonElement now)
    {
        var (was, state) = (Word(before, "state"), Word(now, "state"));
        if (station.Cell is null || was == state || !(state == Failed || (was == "running" && state == "done")))
        {
            return ValueTask.CompletedTask;
        }

        var reason = state == Failed ? Word(now, "reason") : null;
        return audit.RepeatingAsync(
            "creel",
            "cell.setup",
            $"cell:{station.Name} ({station.Declared?.Name})",
            state == Failed ? Failed : "ok",
            reason is null ? null : AuditDetail.Of(("reason", reason))
        );
    }

    /// <summary>Its setup command has failed, and how; null: it has not.</summary>
    public static string? Failure(JsonElement? health) =>
        Word(health, "state") == Failed ? Word(health, "reason") ?? "it does not say how" : null;

    private static string? Word(JsonElement? health, string name) =>
        health is { ValueKind: JsonValueKind.Object } report
        && report.TryGetProperty("setup", out var setup)
        && setup.TryGetProperty(name, out var word)
            ? word.GetString()
            : null;
}
