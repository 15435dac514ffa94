using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Creel.Terminal;

/// <summary>How JSON is read and printed. What is printed is also shown on terminals, so controls of every kind stay escaped.</summary>
internal static class CliJson
{
    /// <summary>It leaves quotes and letters readable, which only matters inside HTML; controls stay escaped.</summary>
    private static readonly JavaScriptEncoder Letters = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static JsonSerializerOptions Line { get; } = Make(indented: false);

    public static JsonSerializerOptions Pretty { get; } = Make(indented: true);

    private static JsonSerializerOptions Make(bool indented) =>
        new(JsonSerializerDefaults.Web)
        {
            Encoder = Letters,
            WriteIndented = indented,
            Converters =
            {
                new InstantConverter(),
                new LooseTextConverter(),
                new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            },
        };
}
