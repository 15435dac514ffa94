using System.Globalization;
using System.Text;

namespace Creel.Runtime.Attempts;

/// <summary>Rights that a process has, or could take.</summary>
internal static unsafe class Rights
{
    private const string OwnFile = ".creel-own-file";
    private const int Here = -100;
    private const int HardFiles = 7;
    private const int FirstInFirstOut = 1;

    /// <summary>Root is none of those whom the cell's user namespace knows.</summary>
    private static ReadOnlySpan<int> Nobody => [Kernel.EINVAL];

    public static AttemptLine[] Table { get; } =
    [
        new("privilege.capabilities", _ => Capabilities()),
        new("privilege.setuid", _ => Become("setuid", CallNumbers.Setuid)),
        new("privilege.setgid", _ => Become("setgid", CallNumbers.Setgid)),
        new("privilege.groups", _ => Groups()),
        new("privilege.setuid-programs", _ => SetUserPrograms()),
        new("privilege.file-rights", _ => OnOwnFile(GiveCapability)),
        new(
            "privilege.chown",
            _ => OnOwnFile(() => Tries.Call("chown", Kernel.CallAt(CallNumbers.Fchownat, Here, OwnFile, 0, 0), held: Nobody))
        ),
        new("privilege.filter", _ => FilterIsOn() ? Outcome.Stopped("a filter is on") : Outcome.Through("no filter is on")),
        new("privilege.priority", _ => Tries.Call("setpriority", Kernel.Call(CallNumbers.Setpriority, 0, 0, -10))),
        new("privilege.realtime", _ => RealTime()),
        new("privilege.hard-limits", _ => RaiseLimit()),
        new("privilege.out-of-memory", _ => Spare()),
    ];

    /// <summary>A filter of system calls is on, so a call that does not seem to exist was refused by it.</summary>
    public static bool FilterIsOn() => Line("Seccomp") == "2";

    /// <summary>A line of <c>/proc/self/status</c>.</summary>
    private static string? Line(string name) =>
        Tries
            .Content("/proc/self/status")
            .Text?.Split('\n')
            .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            ?[(name.Length + 1)..].Trim();

    private static Outcome Capabilities()
    {
        string[] sets = ["CapEff", "CapPrm", "CapInh", "CapAmb"];
        var held = sets.Where(set => Line(set)?.Any(c => c != '0') == true).Select(set => $"{set} {Line(set)}").ToList();
        return held.Count == 0 ? Outcome.Stopped("it has none") : Outcome.Through(string.Join(", ", held));
    }

    private static Outcome Become(string what, int call) =>
        Kernel.geteuid() == 0 ? Outcome.Through("it is root already") : Tries.Call($"{what}(0)", Kernel.Call(call), held: Nobody);

    private static Outcome Groups()
    {
        var own = Line("Gid")?.Split('\t', ' ')[0] ?? "";
        var more = (Line("Groups") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(group => group != own).ToList();
        // Groups that the cell's user namespace has no name for can't be used by name, but count all the same.
        return more.Count == 0 ? Outcome.Stopped("its own alone") : Outcome.Through($"groups {string.Join(", ", more)}");
    }

    private static Outcome SetUserPrograms()
    {
        if (Line("NoNewPrivs") == "1")
        {
            return Outcome.Stopped("no_new_privs is set");
        }

        foreach (var folder in (string[])["/usr/bin", "/usr/sbin", "/bin"])
        {
            foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
            {
                if ((File.GetUnixFileMode(path) & UnixFileMode.SetUser) != 0)
                {
                    return Outcome.Through($"{path} would have its owner's rights");
                }
            }
        }

        return Outcome.Stopped("there are none");
    }

    private static Outcome OnOwnFile(Func<Outcome> attempt)
    {
        File.WriteAllText(OwnFile, "");
        try
        {
            return attempt();
        }
        finally
        {
            File.Delete(OwnFile);
        }
    }

    private static Outcome GiveCapability()
    {
        // vfs_cap_data, revision 2, effective: CAP_SYS_ADMIN.
        var data = stackalloc uint[] { 0x02000001, 1 << 21, 0, 0, 0 };
        var path = Encoding.ASCII.GetBytes(OwnFile + "\0");
        var name = "security.capability\0"u8;
        fixed (byte* file = path)
        fixed (byte* attribute = name)
        {
            return Tries.Call("setxattr", Kernel.Call(CallNumbers.Setxattr, (nint)file, (nint)attribute, (nint)data, 20));
        }
    }

    private static Outcome RealTime()
    {
        var priority = 1;
        var set = Kernel.Call(CallNumbers.SchedSetscheduler, 0, FirstInFirstOut, (nint)(&priority));
        if (set >= 0)
        {
            priority = 0;
            _ = Kernel.Call(CallNumbers.SchedSetscheduler, 0, 0, (nint)(&priority));
        }

        return Tries.Call("sched_setscheduler", set);
    }

    private static Outcome RaiseLimit()
    {
        var limit = stackalloc ulong[2];
        _ = Kernel.Call(CallNumbers.Prlimit64, 0, HardFiles, 0, (nint)limit);
        if (limit[1] == ulong.MaxValue)
        {
            return Outcome.Untried("it has no such limit");
        }

        limit[1] += 1;
        return Tries.Call("prlimit", Kernel.Call(CallNumbers.Prlimit64, 0, HardFiles, (nint)limit));
    }

    private static Outcome Spare()
    {
        const string Score = "/proc/self/oom_score_adj";
        try
        {
            var before = File.ReadAllText(Score);
            File.WriteAllText(Score, (-1000).ToString(CultureInfo.InvariantCulture));
            File.WriteAllText(Score, before);
            return Outcome.Through("its score is -1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Outcome.Stopped($"oom_score_adj: {e.Message}");
        }
    }
}
