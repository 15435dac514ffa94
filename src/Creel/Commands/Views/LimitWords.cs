using System.Globalization;
using System.Text.Json;
using Creel.Terminal;

namespace Creel.Commands.Views;

/// <summary>Limits in few words: <c>256m, 0.5 cpu, 128 pids</c>.</summary>
internal static class LimitWords
{
    public static string Of(JsonElement? limits)
    {
        if (limits is not { ValueKind: JsonValueKind.Object } found)
        {
            return limits is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
        }

        List<string> words = [];
        if (Number(found, "memory") is { } memory)
        {
            words.Add(Words.Bytes(memory));
        }

        if (Number(found, "cpu") is { } cpu)
        {
            words.Add($"{cpu.ToString("0.##", CultureInfo.InvariantCulture)} cpu");
        }

        if (Number(found, "pids") is { } pids)
        {
            words.Add($"{pids.ToString("0", CultureInfo.InvariantCulture)} pids");
        }

        return string.Join(", ", words);
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
