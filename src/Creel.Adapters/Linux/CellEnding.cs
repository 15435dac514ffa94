using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>How a cell ended, in one sentence.</summary>
internal static class CellEnding
{
    private const int SignalBase = 128;

    public static CellObservation Of(LinuxHandle handle)
    {
        var status = CellStatus.Read(handle.Folder);
        return Of(
            status.Child == handle.Child.Pid ? status.ExitCode : null,
            CellCgroup.OutOfMemoryKills(handle.Cgroups) > 0,
            CellCgroup.MemoryLimit(handle.Cgroups),
            handle.Child.BootId,
            status.Child == handle.Child.Pid ? null : handle.Folder
        );
    }

    /// <param name="code">Above 128: killed by the signal of that number less 128; null where nobody saw it.</param>
    /// <param name="outOfMemory">The kernel killed something of it for want of memory.</param>
    /// <param name="limit">Bytes.</param>
    /// <param name="boot">The boot that it ran in.</param>
    /// <param name="lost">The folder that would tell how it ended, and no longer does; null where it is there.</param>
    public static CellObservation Of(int? code, bool outOfMemory, double? limit, string boot, string? lost = null)
    {
        if (code is null or SignalBase + Libc.Sigkill && outOfMemory)
        {
            var size = limit is { } bytes ? $" (limit {LimitText.Size(bytes)})" : "";
            return new CellObservation(false, "killed: out of memory" + size, code);
        }

        return new CellObservation(false, Sentence(code, boot, lost), code);
    }

    private static string Sentence(int? code, string boot, string? lost) =>
        code switch
        {
            null when boot != ProcessIdentity.CurrentBoot => "ended with the machine, which was started again since",
            null when lost is not null =>
                $"ended; its folder {lost} was removed or replaced while it ran, and what would tell how with it",
            null => "ended; nobody was there to see how",
            > SignalBase and <= SignalBase + 64 => $"ended by signal {code - SignalBase} ({Name(code.Value - SignalBase)})",
            _ => $"ended with exit code {code}",
        };

    private static string Name(int signal) =>
        signal switch
        {
            1 => "hang-up",
            2 => "interrupt",
            6 => "abort",
            9 => "kill",
            11 => "segmentation fault",
            15 => "terminate",
            _ => "other",
        };
}
