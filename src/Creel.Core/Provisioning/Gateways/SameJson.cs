using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>Whether two values mean the same. Whatever a gateway wrote there is an answer: no number is too large, nor too small.</summary>
internal static class SameJson
{
    /// <summary>What is not there is as null.</summary>
    public static bool Are(JsonElement one, JsonElement other) =>
        (one.ValueKind, other.ValueKind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => one.GetPropertyCount() == other.GetPropertyCount()
                && one.EnumerateObject().All(m => other.TryGetProperty(m.Name, out var its) && Are(m.Value, its)),
            (JsonValueKind.Array, JsonValueKind.Array) => one.GetArrayLength() == other.GetArrayLength()
                && one.EnumerateArray().Zip(other.EnumerateArray()).All(p => Are(p.First, p.Second)),
            (JsonValueKind.String, JsonValueKind.String) => one.ValueEquals(other.GetString()),
            (JsonValueKind.Number, JsonValueKind.Number) => AreNumbers(one, other),
            _ => IsNothing(one) ? IsNothing(other) : one.ValueKind == other.ValueKind,
        };

    /// <summary>Those that are too large to be counted with are the same where they are written the same.</summary>
    private static bool AreNumbers(JsonElement one, JsonElement other) =>
        one.GetRawText() == other.GetRawText()
        || (
            one.TryGetDecimal(out var exact) && other.TryGetDecimal(out var its)
                ? exact == its
                : one.TryGetDouble(out var near) && other.TryGetDouble(out var theirs) && double.IsFinite(near) && near == theirs
        );

    private static bool IsNothing(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
