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
            return new CellObservation(false, EndingWords.OutOfMemory((long?)CellCgroup.MemoryLimit(handle.Cgroups)), code);
        }

        return new CellObservation(false, Sentence(code, handle), code);
    }

    private static string Sentence(int? code, LinuxHandle handle) =>
        code switch
        {
            null when handle.Child.BootId != ProcessIdentity.CurrentBoot =>
                "ended with the machine, which was started again since",
            null => "ended; nobody was there to see how",
            { } known => EndingWords.Of(known),
        };
}
