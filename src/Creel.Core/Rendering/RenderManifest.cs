using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Creel.Core.Rendering;

/// <summary>What was made in an output folder: whose port is which, and which files are ours. It is itself a file there.</summary>
/// <param name="Files">
/// The SHA-256 of each file as we wrote it, by its path; while it is being replaced both, a space between. A file with another text
/// is not ours any more.
/// </param>
public sealed record RenderManifest(PortTable Ports, IReadOnlyDictionary<string, string> Files)
{
    public const string FileName = "creel-render.json";

    private const int Version = 1;

    public static RenderManifest Empty { get; } = new(PortTable.Empty, new Dictionary<string, string>());

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <param name="text">Null: there is none yet.</param>
    /// <exception cref="CreelException">It is no manifest, so that nobody knows what in the folder is whose.</exception>
    public static RenderManifest Read(string? text)
    {
        if (text is null)
        {
            return Empty;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != Version)
            {
                throw new FormatException();
            }

            var files = root.GetProperty("files").EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetString() ?? "");
            return new RenderManifest(new PortTable(ReadPorts(root, "ports"), ReadPorts(root, "reserved")), files);
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CreelException(
                Fault.Conflict(
                    "render-manifest",
                    $"{FileName} in the output folder is no manifest of this version",
                    "Restore it, or move it away together with the files that it told of"
                ),
                error
            );
        }
    }

    public string Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            WritePorts(json, "ports", Ports.Used);
            WritePorts(json, "reserved", Ports.Reserved);
            json.WriteStartObject("files");
            foreach (var (path, hash) in Files.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                json.WriteString(path, hash);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static Dictionary<string, int> ReadPorts(JsonElement root, string name)
    {
        var ports = root.GetProperty(name).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32());
        return
            ports.Values.All(port => port is >= PortTable.First and <= PortTable.Last)
            && ports.Keys.All(g => GroupId.TryParse(g, out _))
            ? ports
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{ports.Count} ports"));
    }

    private static void WritePorts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, int> ports)
    {
        json.WriteStartObject(name);
        foreach (var (group, port) in ports.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(group, port);
        }

        json.WriteEndObject();
    }
}
