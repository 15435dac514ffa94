using System.Globalization;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>Another cell's processes: its decoy's, by whatever number it can be found.</summary>
internal static unsafe class NeighbourProcesses
{
    private const int Seize = 0x4206;
    private const int OpenFilesLimit = 7;
    private const int NewNetwork = 0x40000000;

    /// <summary>There is no process of that number here.</summary>
    private static ReadOnlySpan<int> Gone => [Kernel.ESRCH];

    public static AttemptLine[] Table { get; } =
    [
        new("neighbour.process-see", o => NeighbourFiles.With(o, See)),
        Line("process-signal", Tries.Signal),
        Line("process-environ", pid => Tries.Read($"/proc/{pid}/environ")),
        Line("process-memory", pid => Tries.Open($"/proc/{pid}/mem")),
        Line("process-vm", ReadMemory),
        Line("process-trace", pid => Tries.Call("ptrace", Kernel.Call(CallNumbers.Ptrace, Seize, pid), held: Gone)),
        Line("process-root", pid => Tries.List($"/proc/{pid}/root")),
        Line("process-cwd", pid => Tries.List($"/proc/{pid}/cwd")),
        Line("process-files", pid => Tries.List($"/proc/{pid}/fd")),
        Line("process-descriptor", TakeFile),
        Line("process-namespace", Join),
        Line("process-limits", Limit),
    ];

    /// <summary>The numbers under which a process with this word in its command line is seen.</summary>
    public static IEnumerable<int> Seen(string word)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Tries.Content($"{folder}/cmdline").Text?.Contains(word, StringComparison.Ordinal) == true
            )
            {
                yield return pid;
            }
        }
    }

    private static AttemptLine Line(string id, Func<int, Outcome> attempt) =>
        new($"neighbour.{id}", o => NeighbourFiles.With(o, n => Aim(n, attempt)));

    private static Outcome See(AttemptNeighbour neighbour) =>
        Seen(neighbour.Word).Select(pid => (int?)pid).FirstOrDefault() is { } pid
            ? Outcome.Through($"process {pid} is one of it")
            : Outcome.Stopped($"none of {Directory.EnumerateDirectories("/proc").Count(IsProcess)} processes is one of it");

    /// <summary>A process that hides in /proc may still have the number that the host knows it by, unless that is one of ours.</summary>
    private static Outcome Aim(AttemptNeighbour neighbour, Func<int, Outcome> attempt)
    {
        var aims = Seen(neighbour.Word).ToList();
        if (aims.Count == 0 && neighbour.Pid is { } known && Tries.Content($"/proc/{known}/cmdline").Text is null)
        {
            aims.Add(known);
        }

        return aims.Count == 0
            ? Outcome.Stopped("there is no process of it under any number")
            : Outcome.Worst(aims.Select(attempt));
    }

    private static bool IsProcess(string folder) => Path.GetFileName(folder).All(char.IsAsciiDigit);

    public static Outcome ReadMemory(int pid)
    {
        // Where its program lies is secret, but address zero tells rights from addresses: EFAULT comes after the check.
        byte into = 0;
        var local = stackalloc nint[] { (nint)(&into), 1 };
        var remote = stackalloc nint[] { 4096, 1 };
        var answer = Kernel.Call(CallNumbers.ProcessVmReadv, pid, (nint)local, 1, (nint)remote, 1);
        return Tries.Call("process_vm_readv", answer, allowed: [Kernel.EFAULT], held: Gone);
    }

    public static Outcome TakeFile(int pid)
    {
        var process = Kernel.Call(CallNumbers.PidfdOpen, pid);
        if (process < 0)
        {
            return Tries.Call("pidfd_open", process, held: Gone);
        }

        var taken = Tries.File("pidfd_getfd", Kernel.Call(CallNumbers.PidfdGetfd, process), allowed: [Kernel.EBADF], held: Gone);
        _ = Kernel.close((int)process);
        return taken;
    }

    private static Outcome Join(int pid)
    {
        var file = Kernel.open($"/proc/{pid}/ns/net", Tries.ReadOnly, 0);
        if (file < 0)
        {
            return Outcome.Stopped($"/proc/{pid}/ns: closed");
        }

        var joined = Tries.Call("setns", Kernel.Call(CallNumbers.Setns, file, NewNetwork));
        _ = Kernel.close(file);
        return joined;
    }

    private static Outcome Limit(int pid)
    {
        var old = stackalloc ulong[2];
        if (Kernel.Call(CallNumbers.Prlimit64, pid, OpenFilesLimit, 0, (nint)old) is < 0 and var error)
        {
            return Tries.Call("prlimit", error, held: Gone);
        }

        return Tries.Call("prlimit", Kernel.Call(CallNumbers.Prlimit64, pid, OpenFilesLimit, (nint)old, 0), held: Gone);
    }
}
