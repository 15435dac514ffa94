using System.Globalization;
using System.Text.Json;
using Creel.Adapters.Linux;

namespace Creel.Adapters.Systemd;

/// <summary>How a unit ended, as <see cref="UnitScript.End"/> wrote it down.</summary>
/// <param name="Code"><c>exited</c>, <c>killed</c> or <c>dumped</c>; empty where its first program never ran.</param>
/// <param name="Status">The exit code, or the signal's name.</param>
/// <param name="Oom">How many processes of it the kernel killed for want of memory.</param>
/// <param name="Limit">The memory limit as the kernel had it; empty where it had none.</param>
internal sealed record UnitEnd(string Start, string? Invocation, string? Code, string? Status, long Oom, string? Limit)
{
    private static readonly Dictionary<string, int> Signals = new(StringComparer.Ordinal)
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["ILL"] = 4,
        ["TRAP"] = 5,
        ["ABRT"] = 6,
        ["BUS"] = 7,
        ["FPE"] = 8,
        ["KILL"] = 9,
        ["USR1"] = 10,
        ["SEGV"] = 11,
        ["USR2"] = 12,
        ["PIPE"] = 13,
        ["ALRM"] = 14,
        ["TERM"] = 15,
        ["XCPU"] = 24,
        ["XFSZ"] = 25,
        ["SYS"] = 31,
    };

    /// <summary>Above 128: killed by the signal of that number less 128; null where it is not told.</summary>
    public int? ExitCode =>
        Code switch
        {
            "exited" when int.TryParse(Status, CultureInfo.InvariantCulture, out var code) => code,
            "killed" or "dumped" when Signals.TryGetValue(Status ?? "", out var signal) => 128 + signal,
            _ => null,
        };

    /// <summary>In bytes; the kernel has a number for none, too.</summary>
    public double? MemoryLimit =>
        double.TryParse(Limit, CultureInfo.InvariantCulture, out var bytes) && bytes < 1L << 60 ? bytes : null;

    /// <summary>Null where nothing was written, or for another start.</summary>
    public static UnitEnd? Read(SystemdHandle handle) =>
        CellFiles.Read(handle.Folder, CellFiles.Status) is { } text && Parse(text) is { } end && end.Start == handle.Start
        // Somebody may have started the same unit again by hand.
        && (handle.Invocation is null || end.Invocation == handle.Invocation)
            ? end
            : null;

    public static UnitEnd? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, SystemdJson.Default.UnitEnd);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
