using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>What this driver writes into <see cref="CellHandle.Data"/>.</summary>
/// <param name="Invocation">systemd's own name of this one run of the unit; null before it ran.</param>
/// <param name="Main">The cell's first program; with pid 0 before it ran.</param>
/// <param name="Cgroups">The unit's own control groups.</param>
/// <param name="Folder">The cell's folder on the host.</param>
/// <param name="Start">Unlike that of any other start; also in the unit file.</param>
/// <param name="Digest">Of the unit file as it was written.</param>
internal sealed record SystemdHandle(
    string Unit,
    string? Invocation,
    ProcessIdentity Main,
    IReadOnlyList<string> Cgroups,
    string Folder,
    string Start,
    string Digest
)
{
    public string ToJson() => JsonSerializer.Serialize(this, SystemdJson.Default.SystemdHandle);

    /// <summary>Null where the text is not a handle.</summary>
    public static SystemdHandle? Parse(string text)
    {
        try
        {
            var handle = JsonSerializer.Deserialize(text, SystemdJson.Default.SystemdHandle);
            return
                handle
                    is {
                        Unit: not null,
                        Main.BootId: not null,
                        Cgroups: not null,
                        Folder: not null,
                        Start: not null,
                        Digest: not null
                    }
                ? handle
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="CreelException">It belongs to another driver, or was damaged.</exception>
    public static SystemdHandle Of(CellHandle handle, string driver) =>
        (handle.Driver == driver ? Parse(handle.Data) : null)
        ?? throw new CreelException(
            Fault.Invalid("cell-handle", $"the handle of cell {handle.Cell} is not one of the driver {driver}")
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SystemdHandle))]
[JsonSerializable(typeof(UnitEnd))]
internal sealed partial class SystemdJson : JsonSerializerContext;
