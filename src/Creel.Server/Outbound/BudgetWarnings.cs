using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Server.Audits;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Outbound;

/// <summary>
/// Tells of budgets of which most is spent: a line in the log and one in the audit, once for each window and cap, also when serve
/// or the proxy starts anew.
/// </summary>
/// <param name="load">What was told before, as it was saved; null: nothing.</param>
public sealed class BudgetWarnings(AuditTrail audit, TimeProvider time, ILogger log, Func<string?> load, Action<string> save)
{
    /// <summary>What came late, since nobody was there to be told, is told for so long.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(1);

    /// <summary>By budget and window, until when it need not be told again.</summary>
    private Dictionary<string, DateTimeOffset>? told;

    private volatile IReadOnlyList<BudgetLine> now = [];

    /// <summary>Of this group and the habitat, as things are, for a person.</summary>
    public IEnumerable<string> Of(GroupId group) =>
        now.Where(line => line.Group is null || line.Group == group).Select(line => line.Warning());

    /// <summary>What the proxy says by now.</summary>
    public async Task SeeAsync(ProxyStatus status)
    {
        var moment = time.GetUtcNow();
        var lines = status.Warnings ?? [];
        now = [.. lines.Where(line => line.ResetsAt is null || line.ResetsAt > moment)];
        if (lines.Count == 0)
        {
            return;
        }

        told ??= Load();
        foreach (var over in told.Where(pair => pair.Value <= moment).Select(pair => pair.Key).ToList())
        {
            told.Remove(over);
        }

        var fresh = lines.Where(line => !told.ContainsKey(Key(line)) && Until(line, moment) > moment).ToList();
        if (fresh.Count == 0)
        {
            return;
        }

        foreach (var line in fresh)
        {
            if (!told.TryAdd(Key(line), Until(line, moment)))
            {
                continue;
            }

            var reset = line.ResetsAt is { } at ? $"; it resets at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "";
            log.LogWarning("{Warning}{Reset}", line.Warning(), reset);
            var target = line.Group is { } group ? $"group:{group}" : "habitat";
            var detail = AuditDetail.Of(("per", line.Per), ("cap", line.Cap.ToString()), ("spent", line.Spent.ToString()));
            await audit.RecordAsync("creel", "budget.warn", target, "ok", detail);
        }

        Save();
    }

    private static string Key(BudgetLine line)
    {
        var since = IsRolling(line) ? "" : line.Since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var amount = line.Amount.Nanos.ToString(CultureInfo.InvariantCulture);
        return $"{new PurseId(line.Group).Key} {line.Per} {amount} {since}";
    }

    private static DateTimeOffset Until(BudgetLine line, DateTimeOffset moment) =>
        IsRolling(line) ? moment + Window.Parse(line.Per).Length
        : line.ResetsAt is { } end ? end + Late
        : DateTimeOffset.MaxValue;

    private static bool IsRolling(BudgetLine line) => Window.Parse(line.Per).Kind == WindowKind.Rolling;

    private Dictionary<string, DateTimeOffset> Load()
    {
        try
        {
            return load() is { } text ? JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(text) ?? [] : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Told twice rather than never.
            return [];
        }
    }

    private void Save()
    {
        try
        {
            save(JsonSerializer.Serialize(told));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("what was told of budgets can't be written down: {Reason}", e.Message);
        }
    }
}
