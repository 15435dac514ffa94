using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Core.Link;
using Creel.Runtime.Executors;

namespace Creel.Runtime.Attempts;

/// <summary>Paths and links that lead elsewhere.</summary>
internal static class Names
{
    private const string Link = ".creel-link";
    private const string Up = "../../../../../../../../../../../..";
    private const int Rounds = 2000;
    private const int Swaps = 200;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static AttemptLine[] Table { get; } =
    [
        new("naming.parent-path", o => Tries.Read(Up + o.SecretFile, o.Secret)),
        new("naming.file-task", FileTask),
        new("naming.symlink", o => WithLink(o.SecretFile, () => Tries.Read(Link, o.Secret))),
        new("naming.hard-link", o => HardLink(o.SecretFile)),
        new("naming.shared-write", o => Shared(o, f => !f.Writable, f => Tries.Make(f.Path, ".creel-was-here"))),
        new("naming.shared-parent", o => Shared(o, _ => true, f => Tries.Read($"{f.Path}/{Up}{o.SecretFile}", o.Secret))),
        new("naming.shared-link", o => Shared(o, _ => true, LinkFromShared)),
        new("naming.shared-race", Race),
    ];

    private static Outcome FileTask(AttemptOrder order)
    {
        try
        {
            var bytes = RawFile.Read(Path.Combine(Environment.CurrentDirectory, Up + order.SecretFile), "a path", 1 << 16);
            return System.Text.Encoding.UTF8.GetString(bytes).Contains(order.Secret, StringComparison.Ordinal)
                ? Outcome.Through("it shows the secret")
                : Outcome.Stopped("it is another file");
        }
        catch (CreelException e)
        {
            return Outcome.Stopped(e.Fault.Message);
        }
    }

    private static Outcome WithLink(string target, Func<Outcome> attempt)
    {
        _ = Kernel.unlink(Link);
        if (Kernel.symlink(target, Link) != 0)
        {
            return Outcome.Untried("no link can be made in the workspace");
        }

        var outcome = attempt();
        _ = Kernel.unlink(Link);
        return outcome;
    }

    private static Outcome HardLink(string target)
    {
        var made = Kernel.link(target, Link) == 0 ? 0 : -Marshal.GetLastPInvokeError();
        _ = Kernel.unlink(Link);
        return Tries.Call("link", made, held: [Kernel.ENOENT, Kernel.EXDEV]);
    }

    private static Outcome Shared(AttemptOrder order, Func<AttemptFolder, bool> which, Func<AttemptFolder, Outcome> attempt)
    {
        var folders = order.Shared.Where(which).ToList();
        return folders.Count == 0 ? Outcome.Untried("no such folder is shared") : Outcome.Worst(folders.Select(attempt));
    }

    private static Outcome LinkFromShared(AttemptFolder folder)
    {
        try
        {
            var file = Directory.EnumerateFiles(folder.Path).FirstOrDefault();
            return file is null ? Outcome.Untried($"{folder.Path} has no file") : HardLink(file);
        }
        catch (UnauthorizedAccessException)
        {
            return Outcome.Stopped($"{folder.Path} is closed to it");
        }
    }

    /// <summary>One thread swaps a file and a link to the secret, another one reads by the name.</summary>
    private static Outcome Race(AttemptOrder order)
    {
        const string Name = ".creel-race";
        const string Other = ".creel-race-other";
        File.WriteAllText(Name, "");
        using var over = new CancellationTokenSource();
        var swaps = 0;
        var swapping = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                _ = Kernel.symlink(order.SecretFile, Other);
                _ = Kernel.rename(Other, Name);
                File.WriteAllText(Other, "");
                _ = Kernel.rename(Other, Name);
                Interlocked.Increment(ref swaps);
            }
        });
        Outcome? through = null;
        // Only a read after one more swap is another chance: on a busy machine thousands of reads may see one state.
        var (chances, last) = (0, -1);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var round = 0; through is null && (round < Rounds || (chances < Swaps && clock.Elapsed < Longest)); round++)
        {
            through = Tries.Read(Name, order.Secret) is { Held: false } read ? read : null;
            if (Volatile.Read(ref swaps) is var now && now != last)
            {
                (chances, last) = (chances + 1, now);
            }
            else
            {
                Thread.Yield();
            }
        }

        over.Cancel();
        swapping.Wait();
        _ = Kernel.unlink(Name);
        _ = Kernel.unlink(Other);
        return through ?? Raced(chances);
    }

    internal static Outcome Raced(int chances) =>
        chances < Swaps
            ? Outcome.Untried($"the machine was too busy: of {Swaps} swaps, {chances} came between two reads")
            : Outcome.Stopped($"{Rounds} reads and more show nothing");
}
