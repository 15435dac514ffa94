using System.Text;
using System.Text.Json;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>The gateway's HOME, in the cell's state: its settings, its sessions, and the token of its clients, all of it 0600.</summary>
internal sealed class GatewayFolder(string state)
{
    private const int LongestToken = 256;
    private const int LongestConfig = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    public string Home { get; } = Path.Combine(state, "openclaw");

    public string Settings => Path.Combine(Home, ".openclaw");

    public string Database => Path.Combine(Settings, "state", "openclaw.sqlite");

    private string ConfigFile => Path.Combine(Settings, "openclaw.json");

    /// <summary>Made once.</summary>
    /// <exception cref="IOException">It can't be kept.</exception>
    public string Token()
    {
        Make();
        var file = Path.Combine(Home, "token");
        if (OwnFile.Read(file, LongestToken) is { Length: >= 32 } kept)
        {
            return Encoding.ASCII.GetString(kept).Trim();
        }

        // 244 bits of the kernel's randomness: .NET's generator for keys is OpenSSL's, which an image need not have.
        var token = $"{Guid.NewGuid():N}{Guid.NewGuid():N}";
        OwnFile.Write(file, Encoding.ASCII.GetBytes(token));
        return token;
    }

    /// <summary>The providers that stand in its settings now and do not lead to the relay: somebody wrote them there.</summary>
    /// <param name="relay">By what those that do begin.</param>
    /// <returns>None, where the settings can't be read: they were in its place anyhow.</returns>
    public IReadOnlyDictionary<string, JsonElement> OwnProviders(string relay)
    {
        try
        {
            if (OwnFile.Read(ConfigFile, LongestConfig) is not { } bytes)
            {
                return new Dictionary<string, JsonElement>();
            }

            using var json = JsonDocument.Parse(bytes, Lenient);
            return Field(Field(json.RootElement, "models"), "providers") is { ValueKind: JsonValueKind.Object } providers
                ? providers
                    .EnumerateObject()
                    .Where(p => p.Value.ValueKind == JsonValueKind.Object && !LeadsTo(p.Value, relay))
                    .DistinctBy(p => p.Name)
                    .ToDictionary(p => p.Name, p => p.Value.Clone())
                : new Dictionary<string, JsonElement>();
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
        {
            return new Dictionary<string, JsonElement>();
        }
    }

    private static bool LeadsTo(JsonElement provider, string relay) =>
        Field(provider, "baseUrl") is { ValueKind: JsonValueKind.String } url
        && url.GetString()!.StartsWith(relay + "/", StringComparison.Ordinal);

    private static JsonElement? Field(JsonElement? holder, string name) =>
        holder is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;

    /// <summary>Whole at any moment: a gateway that runs reads it again when it changes.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Configure(ReadOnlySpan<byte> config)
    {
        Make();
        OwnFile.Write(ConfigFile + ".new", config);
        OwnFile.Move(ConfigFile + ".new", ConfigFile);
    }

    private void Make()
    {
        foreach (var folder in (string[])[Home, Settings])
        {
            OwnFile.MakeFolder(folder);
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
