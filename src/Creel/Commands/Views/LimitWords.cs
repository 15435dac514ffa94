using System.Globalization;
using System.Text.Json;
using Creel.Core.Isolation;
using Creel.Terminal;

namespace Creel.Commands.Views;

/// <summary>Limits in few words, and which of them are only words: <c>256m; not enforced: 0.5 cpu, 128 pids</c>.</summary>
internal static class LimitWords
{
    /// <param name="enforced">Null where nothing tells.</param>
    public static string Of(JsonElement? limits, EnforcedLimits? enforced = null)
    {
        if (limits is not { ValueKind: JsonValueKind.Object } found)
        {
            return limits is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
        }

        (double? Number, bool Holds, Func<double, string> Say)[] all =
        [
            (Number(found, "memory"), enforced?.Memory ?? true, Words.Bytes),
            (Number(found, "cpu"), enforced?.Cpu ?? true, cpu => $"{cpu.ToString("0.##", CultureInfo.InvariantCulture)} cpu"),
            (Number(found, "pids"), enforced?.Pids ?? true, pids => $"{pids.ToString("0", CultureInfo.InvariantCulture)} pids"),
        ];
        var said = all.Where(limit => limit.Number is not null)
            .ToLookup(limit => limit.Holds, limit => limit.Say(limit.Number!.Value));
        var open = said[false].Any() ? $"not enforced: {string.Join(", ", said[false])}" : null;
        return string.Join("; ", new[] { string.Join(", ", said[true]), open }.Where(part => !string.IsNullOrEmpty(part)));
    }

    /// <summary>A plain number, or the value of a limit that also says whether it was written out.</summary>
    private static double? Number(JsonElement limits, string name) =>
        limits.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.Number => value.GetDouble(),
                JsonValueKind.Object => Number(value, "value"),
                _ => null,
            }
            : null;
}
