using System.Globalization;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>What can be done with a cell once it was started, by this process or by an earlier one.</summary>
/// <param name="strays">
/// Processes of the cell that neither a namespace nor a control group holds; for a driver without any.
/// </param>
internal sealed class StartedCells(string driver, TimeProvider time, Func<LinuxHandle, IReadOnlySet<int>>? strays = null)
{
    private static readonly TimeSpan OuterLag = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    public CellHandle? Recover(CellSpec spec) =>
        Recover(spec.Folder) is { } handle ? new CellHandle(spec.Id, driver, handle.ToJson()) : null;

    public LinuxHandle? Recover(string folder)
    {
        if (CellFiles.Read(folder, CellFiles.Handle) is { } text && LinuxHandle.Parse(text) is { } whole)
        {
            return whole;
        }

        // Whoever started it was killed before the handle was written: put together what the launcher left.
        if (CellFiles.Read(folder, CellFiles.Launch) is not { } begun || LinuxHandle.Parse(begun) is not { } launch)
        {
            return null;
        }

        var stat = ProcStat.Parse(CellFiles.Read(folder, CellFiles.LaunchStat) ?? "");
        var outer = stat is null ? null : new ProcessIdentity(stat.Pid, stat.StartTime, launch.Child.BootId);
        return launch with { Outer = outer, Child = Child(folder, outer, launch.Child) };
    }

    /// <summary>Before anything of the cell is touched.</summary>
    /// <exception cref="CreelException">It runs, or is being started.</exception>
    public void RefuseIfRunning(CellSpec spec)
    {
        if (Recover(spec.Folder) is { } earlier && (earlier.Child.IsAlive || earlier.Outer?.IsAlive == true))
        {
            throw new CreelException(Fault.Conflict("cell-running", $"cell {spec.Id} runs already", "Stop it first"));
        }
    }

    public async ValueTask<CellObservation> InspectAsync(CellHandle cell, CancellationToken cancel)
    {
        var handle = LinuxHandle.Of(cell, driver);
        if (handle.Child.IsAlive)
        {
            return CellObservation.Up;
        }

        // It has ended, and the one outside may be about to write down how.
        using var outer = handle.Outer?.Open();
        if (outer is not null)
        {
            await outer.WaitAsync(OuterLag, time, cancel).ConfigureAwait(false);
        }

        return CellEnding.Of(handle);
    }

    public ValueTask<CellUsage?> MeasureAsync(CellHandle cell) => new(CgroupUsage.Of(LinuxHandle.Of(cell, driver).Cgroups));

    public async ValueTask<CellObservation> WaitAsync(CellHandle cell, CancellationToken cancel)
    {
        using var child = LinuxHandle.Of(cell, driver).Child.Open();
        if (child is not null)
        {
            await child.WaitAsync(cancel).ConfigureAwait(false);
        }

        return await InspectAsync(cell, cancel).ConfigureAwait(false);
    }

    public ValueTask StopAsync(CellHandle cell, TimeSpan grace, CancellationToken cancel) =>
        new(ClearAsync(LinuxHandle.Of(cell, driver), grace, cancel));

    /// <summary>Ends everything of the cell and removes what was made for it; the log and how it ended stay.</summary>
    public async Task ClearAsync(LinuxHandle handle, TimeSpan grace, CancellationToken cancel)
    {
        if (Recover(handle.Folder) is { } current && current.Start != handle.Start)
        {
            // The cell was started again since, which cleared this one away: what has its names now is the new one's.
            return;
        }

        using (var child = Midway(handle) ? null : handle.Child.Open())
        {
            if (child is not null)
            {
                if (grace > TimeSpan.Zero && child.Signal(Libc.Sigterm))
                {
                    await child.WaitAsync(grace, time, cancel).ConfigureAwait(false);
                }

                child.Signal(Libc.Sigkill);
                await Ended(child, handle).ConfigureAwait(false);
            }
        }

        await EndOuterAsync(handle, cancel).ConfigureAwait(false);
        await CellCgroup.KillAsync(handle.Cgroups, KillLimit, time).ConfigureAwait(false);
        await KillStraysAsync(handle).ConfigureAwait(false);
        await RemoveGroupsAsync(handle).ConfigureAwait(false);
        CellPlaces.Remove(handle.Places);
        CellFiles.Forget(handle.Folder);
    }

    // Still on its way to make a cell.
    private static bool Midway(LinuxHandle handle) => handle.Child.Pid == 0 || handle.Child == handle.Outer;

    private static ProcessIdentity Child(string folder, ProcessIdentity? outer, ProcessIdentity nobody)
    {
        var status = CellStatus.Read(folder);
        if (status.Child is not { } pid)
        {
            // Nothing was told yet: whatever there is, is the launcher.
            return outer ?? nobody;
        }

        var stat = ProcStat.Read(pid);
        var itself =
            stat is not null
            && (stat.Parent == outer?.Pid && outer.IsAlive || status.PidNamespace is { } inode && inode == PidNamespace(pid));
        return itself ? new ProcessIdentity(pid, stat!.StartTime, nobody.BootId) : nobody with { Pid = pid };
    }

    private static long? PidNamespace(int pid)
    {
        try
        {
            var link = File.ResolveLinkTarget($"/proc/{pid}/ns/pid", returnFinalTarget: false)?.Name;
            return long.TryParse(link?.Split('[', ']').ElementAtOrDefault(1), CultureInfo.InvariantCulture, out var inode)
                ? inode
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task EndOuterAsync(LinuxHandle handle, CancellationToken cancel)
    {
        using var outer = handle.Outer?.Open();
        if (outer is null)
        {
            return;
        }

        // With the cell it ends by itself, and writes down how.
        if (!Midway(handle) && await outer.WaitAsync(OuterLag, time, cancel).ConfigureAwait(false))
        {
            return;
        }

        var below = ProcStat.Descendants(handle.Outer!.Pid);
        outer.Signal(Libc.Sigkill);
        await Ended(outer, handle).ConfigureAwait(false);
        await ProcessKill.AllAsync(below, () => below, time).ConfigureAwait(false);
    }

    private async Task Ended(PidFd process, LinuxHandle handle)
    {
        if (!await process.WaitAsync(KillLimit, time, CancellationToken.None).ConfigureAwait(false))
        {
            throw new CreelException(
                Fault.Unavailable(
                    "cell-stuck",
                    $"a process of the cell in {handle.Folder} was killed and does not end",
                    "It hangs in the kernel: look at its disk or mount"
                )
            );
        }
    }

    private async Task KillStraysAsync(LinuxHandle handle)
    {
        var begin = time.GetTimestamp();
        while (strays is not null && time.GetElapsedTime(begin) < KillLimit && strays(handle) is { Count: > 0 } left)
        {
            await ProcessKill.AllAsync(left, () => strays(handle), time).ConfigureAwait(false);
        }
    }

    // The kernel empties a group a moment after its last process has ended.
    private async Task RemoveGroupsAsync(LinuxHandle handle)
    {
        var begin = time.GetTimestamp();
        while (!CellCgroup.Remove(handle.Cgroups))
        {
            if (time.GetElapsedTime(begin) > KillLimit)
            {
                throw new CreelException(
                    Fault.Unavailable("cell-cgroup", $"the control group {handle.Cgroups[0]} can't be removed")
                );
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), time).ConfigureAwait(false);
        }
    }
}
