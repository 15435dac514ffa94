using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>What the driver writes into <see cref="CellHandle.Data"/>.</summary>
/// <param name="Container">The engine's id of it, which is given to one container ever.</param>
/// <param name="Network">The network that was made for it; null where it has none of its own.</param>
/// <param name="Folder">The cell's folder on the host.</param>
internal sealed record DockerHandle(string Container, string? Network, string Folder)
{
    public string ToJson() => JsonSerializer.Serialize(this, DockerJson.Default.DockerHandle);

    public static DockerHandle? Parse(string text)
    {
        try
        {
            return
                JsonSerializer.Deserialize(text, DockerJson.Default.DockerHandle)
                    is { Container: not null, Folder: not null } handle
                ? handle
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="CreelException">It belongs to another driver, or was damaged.</exception>
    public static DockerHandle Of(CellHandle handle, string driver) =>
        (handle.Driver == driver ? Parse(handle.Data) : null)
        ?? throw new CreelException(
            Fault.Invalid("cell-handle", $"the handle of cell {handle.Cell} is not one of the driver {driver}")
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DockerHandle))]
internal sealed partial class DockerJson : JsonSerializerContext;
