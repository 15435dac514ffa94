using System.Text.Json;
using Creel.Adapters.Linux;

namespace Creel.Adapters.Systemd;

/// <summary>How a unit ended. systemd forgets it soon and its control groups at once, so it is written down while both are there.</summary>
/// <param name="Code">Above 128: killed by the signal of that number less 128; null where nobody saw it.</param>
/// <param name="OutOfMemory">The kernel killed something of it for want of memory.</param>
/// <param name="Limit">Of memory, in bytes; null where there was none.</param>
internal sealed record UnitEnd(string Start, int? Code, bool OutOfMemory, double? Limit)
{
    private const int SignalBase = 128;

    /// <summary>From what systemd and the kernel say now; null while they don't say it, or of another run.</summary>
    public static UnitEnd? Of(SystemdHandle handle, UnitState state)
    {
        if (state.Invocation is null || state.Invocation != handle.Invocation || state.Main != 0)
        {
            return null;
        }

        int? code = state.ExitCode switch
        {
            1 => state.ExitStatus,
            2 or 3 => SignalBase + state.ExitStatus,
            _ => null,
        };
        return code is null
            ? null
            : new UnitEnd(
                handle.Start,
                code,
                CellCgroup.OutOfMemoryKills(handle.Cgroups) > 0,
                CellCgroup.MemoryLimit(handle.Cgroups)
            );
    }

    /// <summary>Null where nothing was written, or for another start.</summary>
    public static UnitEnd? Read(SystemdHandle handle)
    {
        try
        {
            var end = JsonSerializer.Deserialize(
                CellFiles.Read(handle.Folder, CellFiles.Status) ?? "",
                SystemdJson.Default.UnitEnd
            );
            return end?.Start == handle.Start ? end : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(string folder) =>
        CellFiles.Write(folder, CellFiles.Status, JsonSerializer.Serialize(this, SystemdJson.Default.UnitEnd));
}
