using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>More than the cell's share, each bounded in count and time. Never where nothing would stop it.</summary>
internal static class Resources
{
    private const int MostProcesses = 1024;
    private const double MostMemory = 1L << 30;
    private const int ManyFiles = 20_000;
    private const int DiskBytes = 16 << 20;
    private const int Killed = 9;
    private const int AllGot = 7;

    /// <summary>The quota of one period more may fall into what was measured.</summary>
    private const double Carried = 0.25;
    private static readonly TimeSpan Burning = TimeSpan.FromSeconds(1);

    public static AttemptLine[] Table { get; } =
    [
        new("resource.processes", o => Fork(o.Limits.Processes)),
        new("resource.memory", o => Devour(o.Limits.Memory)),
        new("resource.cpu", o => Burn(o.Limits.Cpu)),
        new("resource.files", _ => OpenMany()),
        new("resource.disk", _ => Fill()),
    ];

    private static Outcome Fork(double? limit)
    {
        if (limit is not { } most || most + 16 > MostProcesses)
        {
            return Outcome.Untried(limit is null ? "it has no such limit" : $"more than {MostProcesses} are not tried");
        }

        var children = new List<nint>((int)most + 16);
        nint last = 0;
        try
        {
            while (children.Count < most + 16 && (last = Kernel.Split(0)) > 0)
            {
                children.Add(last);
            }
        }
        finally
        {
            children.ForEach(Kernel.End);
        }

        return last > 0
            ? Outcome.Through($"{children.Count} processes run at once")
            : Tries.Call($"process {children.Count + 1}", last, held: [Kernel.EAGAIN]);
    }

    private static Outcome Devour(double? limit)
    {
        if (limit is not { } most || most > MostMemory)
        {
            return Outcome.Untried(limit is null ? "it has no such limit" : "more than a gigabyte is not tried");
        }

        // The child is to be the one that is killed, and nobody else of the cell.
        File.WriteAllText("/proc/self/oom_score_adj", 1000.ToString(CultureInfo.InvariantCulture));
        var status = Kernel.Devour((nint)most + (64 << 20));
        return (status & 0x7f) == Killed ? Outcome.Stopped("it was killed for want of memory")
            : (status >> 8 & 0xff) == AllGot ? Outcome.Through($"it got {((long)most >> 20) + 64} MiB")
            : Outcome.Stopped("it was refused more");
    }

    private static Outcome Burn(double? limit)
    {
        // .NET counts as many as the limit allows; the kernel's own file has them all.
        var processors = (Tries.Content("/proc/stat").Text ?? "").Split('\n').Count(IsProcessor);
        var threads = Math.Min(processors, (int)(limit ?? 0) + 2);
        if (limit is not { } most || most + Carried >= threads)
        {
            return Outcome.Untried(limit is null ? "it has no such limit" : "the machine has no more processors than its limit");
        }

        var before = Environment.CpuUsage.TotalTime;
        var idle = Idle();
        var clock = Stopwatch.StartNew();
        var burners = Enumerable
            .Range(0, threads)
            .Select(_ => new Thread(() =>
            {
                while (clock.Elapsed < Burning)
                {
                    Thread.SpinWait(1000);
                }
            }))
            .ToList();
        burners.ForEach(thread => thread.Start());
        burners.ForEach(thread => thread.Join());
        return Burnt((Environment.CpuUsage.TotalTime - before) / clock.Elapsed, most, (Idle() - idle) / clock.Elapsed);
    }

    /// <summary>Whoever wants more and gets none though processors stand idle is held; on a busy machine nobody knows who held it.</summary>
    /// <param name="share">Processors that it got.</param>
    /// <param name="idle">Processors that nobody had meanwhile.</param>
    internal static Outcome Burnt(double share, double limit, double idle)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"{share:0.00} processors, with a limit of {limit:0.##}");
        return share > limit + Carried ? Outcome.Through(said)
            : idle >= Carried ? Outcome.Stopped(said)
            : Outcome.Untried($"the machine was too busy: {said}");
    }

    /// <summary>Of all processors since the machine's start; its file counts hundredths of seconds.</summary>
    private static TimeSpan Idle()
    {
        var all = (Tries.Content("/proc/stat").Text ?? "").Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TimeSpan.FromMilliseconds(
            10 * (all.Length > 5 && long.TryParse(all[4], out var idle) && long.TryParse(all[5], out var disk) ? idle + disk : 0)
        );
    }

    private static bool IsProcessor(string line) =>
        line.StartsWith("cpu", StringComparison.Ordinal) && char.IsAsciiDigit(line[3]);

    private static Outcome OpenMany()
    {
        var open = new List<int>(ManyFiles);
        var error = 0;
        try
        {
            while (open.Count < ManyFiles)
            {
                var file = Kernel.open("/dev/null", Tries.ReadOnly, 0);
                if (file < 0)
                {
                    error = Marshal.GetLastPInvokeError();
                    break;
                }

                open.Add(file);
            }
        }
        finally
        {
            open.ForEach(file => Kernel.close(file));
        }

        return error == 0
            ? Outcome.Through($"{open.Count} are open")
            : Tries.Call($"file {open.Count + 1}", -error, held: [Kernel.EMFILE]);
    }

    private static Outcome Fill()
    {
        const string Name = ".creel-fill";
        try
        {
            using var file = new FileStream(
                Name,
                FileMode.Create,
                FileAccess.Write,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
            file.Write(new byte[DiskBytes]);
            return Outcome.Through("nothing but the disk's own end stops it");
        }
        catch (IOException e)
        {
            return Outcome.Stopped(e.Message);
        }
    }
}
