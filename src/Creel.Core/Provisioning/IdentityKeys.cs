using System.Text.Json;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Provisioning;

/// <summary>What an agent's identity profile says, for its templates; keys that none of them knows are left out.</summary>
internal static class IdentityKeys
{
    private static readonly (string Key, string Usual)[] All =
    [
        ("role", "Generalist"),
        ("communication_style", "direct, concise, practical"),
        ("emoji", ":gear:"),
        .. (
            (string[])
                [
                    "autonomy_level",
                    "verbosity",
                    "output_format",
                    "update_cadence",
                    "purpose",
                    "personality",
                    "custom_instructions",
                ]
        ).Select(key => (key, "")),
    ];

    public static IEnumerable<KeyValuePair<string, string>> Of(JsonElement? profile)
    {
        var said = profile is { ValueKind: JsonValueKind.Object } map ? map : default;
        foreach (var (key, usual) in All)
        {
            var written = said.ValueKind == JsonValueKind.Object && said.TryGetProperty(key, out var value) ? Words(value) : "";
            yield return KeyValuePair.Create($"identity_{key}", written.Length > 0 ? written : usual);
        }
    }

    private static string Words(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Shown).Where(item => item.Length > 0)),
            _ => Shown(value),
        };

    /// <exception cref="CreelException">It is longer than a template may be.</exception>
    private static string Shown(JsonElement value)
    {
        try
        {
            var text = Wording.Str(PythonJson.Value(value), new Mark(1, 1), new Meter(TemplateLimits.Usual));
            return PythonSpace.Strip(text);
        }
        catch (TemplateStop stop)
        {
            throw new CreelException(stop.Problem("identity profile").ToFault());
        }
    }
}
