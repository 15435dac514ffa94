namespace Creel.Adapters.Linux;

/// <summary>One process, so that a later one with the same number is never taken for it.</summary>
internal sealed record ProcessIdentity(int Pid, ulong StartTime, string BootId)
{
    private static readonly Lazy<string> Boot = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    public static string CurrentBoot => Boot.Value;

    /// <summary>Null where no living process has the number.</summary>
    public static ProcessIdentity? Of(int pid) =>
        ProcStat.Read(pid) is { State: not ('Z' or 'X') } stat ? new ProcessIdentity(pid, stat.StartTime, CurrentBoot) : null;

    /// <summary>Holds the process while it lives; null where it has ended, or another one has its number now.</summary>
    public PidFd? Open()
    {
        if (BootId != CurrentBoot || PidFd.Open(Pid) is not { } held)
        {
            return null;
        }

        // Compared after opening: from here on the descriptor can't change its process.
        if (ProcStat.Read(Pid)?.StartTime == StartTime && !held.HasExited)
        {
            return held;
        }

        held.Dispose();
        return null;
    }

    public bool IsAlive
    {
        get
        {
            using var held = Open();
            return held is not null;
        }
    }
}
