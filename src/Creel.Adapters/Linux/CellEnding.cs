using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>How a cell ended, in one sentence.</summary>
internal static class CellEnding
{
    private const int SignalBase = 128;

    public static CellObservation Of(LinuxHandle handle)
    {
        var status = CellStatus.Read(handle.Folder);
        var code = status.Child == handle.Child.Pid ? status.ExitCode : null;
        if (code is null or SignalBase + Libc.Sigkill && CellCgroup.OutOfMemoryKills(handle.Cgroups) > 0)
        {
            var limit = CellCgroup.MemoryLimit(handle.Cgroups) is { } bytes ? $" (limit {LimitText.Size(bytes)})" : "";
            return new CellObservation(false, "killed: out of memory" + limit, code);
        }

        var traceless = status.Child != handle.Child.Pid;
        return new CellObservation(false, Sentence(code, handle, traceless), code);
    }

    private static string Sentence(int? code, LinuxHandle handle, bool traceless) =>
        code switch
        {
            null when handle.Child.BootId != ProcessIdentity.CurrentBoot =>
                "ended with the machine, which was started again since",
            null when traceless =>
                $"ended; its folder {handle.Folder} was removed or replaced while it ran, and what would tell how with it",
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
