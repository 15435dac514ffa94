using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>What a driver of this kernel writes into <see cref="CellHandle.Data"/>.</summary>
/// <param name="Child">The cell's first program; in bubblewrap the init of its pid namespace.</param>
/// <param name="Outer">The process outside that knows how it ended; null where it was never seen.</param>
/// <param name="Cgroups">The cell's own control groups.</param>
/// <param name="Folder">The cell's folder on the host.</param>
/// <param name="Places">Where its folders were made reachable; null where that was not needed.</param>
/// <param name="Uid">Its own uid; null where it shares that of whoever runs Creel.</param>
/// <param name="Start">Unlike that of any other start: a mark in the environment of the cell's processes.</param>
internal sealed record LinuxHandle(
    ProcessIdentity Child,
    ProcessIdentity? Outer,
    IReadOnlyList<string> Cgroups,
    string Folder,
    string? Places,
    int? Uid,
    string Start
)
{
    public string ToJson() => JsonSerializer.Serialize(this, LinuxJson.Default.LinuxHandle);

    /// <summary>Null where the text is not a handle.</summary>
    public static LinuxHandle? Parse(string text)
    {
        try
        {
            var handle = JsonSerializer.Deserialize(text, LinuxJson.Default.LinuxHandle);
            return handle is { Child.BootId: not null, Cgroups: not null, Folder: not null, Start: not null } ? handle : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="CreelException">It belongs to another driver, or was damaged.</exception>
    public static LinuxHandle Of(CellHandle handle, string driver) =>
        (handle.Driver == driver ? Parse(handle.Data) : null)
        ?? throw new CreelException(
            Fault.Invalid("cell-handle", $"the handle of cell {handle.Cell} is not one of the driver {driver}")
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LinuxHandle))]
internal sealed partial class LinuxJson : JsonSerializerContext;
