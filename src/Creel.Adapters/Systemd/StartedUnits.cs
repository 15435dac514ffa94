using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>What can be done with a cell's unit once it was started, by this process or by an earlier one.</summary>
internal sealed class StartedUnits(string driver, Systemctl systemctl, TimeProvider time)
{
    // For systemd to hear of the end, end the rest of the unit, and have written down how.
    private static readonly TimeSpan EndLag = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public async ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel) =>
        await RecoverAsync(spec.Folder, cancel).ConfigureAwait(false) is { } handle
            ? new CellHandle(spec.Id, driver, handle.ToJson())
            : null;

    public async Task<SystemdHandle?> RecoverAsync(string folder, CancellationToken cancel)
    {
        if (CellFiles.Read(folder, CellFiles.Handle) is { } text && SystemdHandle.Parse(text) is { } whole)
        {
            return whole;
        }

        // Whoever started it was killed before the handle was written: systemd knows what came of it.
        if (CellFiles.Read(folder, CellFiles.Launch) is not { } begun || SystemdHandle.Parse(begun) is not { } launch)
        {
            return null;
        }

        return launch.Main.BootId == ProcessIdentity.CurrentBoot && IsMarked(launch)
            ? With(launch, await systemctl.ShowAsync(launch.Unit, cancel).ConfigureAwait(false))
            : launch;
    }

    /// <summary>The handle with what systemd says of the run.</summary>
    public static SystemdHandle With(SystemdHandle handle, UnitState state) =>
        handle with
        {
            Invocation = state.Invocation,
            // One that has ended already is started all the same: waiting for it will tell how it ended.
            Main = ProcessIdentity.Of(state.Main) ?? handle.Main with { Pid = state.LastMain },
            Cgroups = UnitCgroups.Of(state.ControlGroup),
        };

    /// <summary>Before anything of the cell is touched.</summary>
    /// <exception cref="CreelException">It runs, or is being started.</exception>
    public async Task RefuseIfRunningAsync(CellSpec spec, CancellationToken cancel)
    {
        if (await RecoverAsync(spec.Folder, cancel).ConfigureAwait(false) is { Main.IsAlive: true })
        {
            throw Running(spec.Id);
        }
    }

    public static CreelException Running(CellId cell) =>
        new(Fault.Conflict("cell-running", $"cell {cell} runs already", "Stop it first"));

    public async ValueTask<CellObservation> InspectAsync(CellHandle cell, CancellationToken cancel)
    {
        var handle = SystemdHandle.Of(cell, driver);
        if (handle.Main.IsAlive)
        {
            return CellObservation.Up;
        }

        var end = await EndAsync(handle, cancel).ConfigureAwait(false);
        return CellEnding.Of(end?.Code, end?.OutOfMemory == true, end?.Limit, handle.Main.BootId);
    }

    public ValueTask<string?> DriftAsync(CellHandle cell)
    {
        var handle = SystemdHandle.Of(cell, driver);
        return new(handle.Main.IsAlive ? UnitDrift.Of(handle) : null);
    }

    public ValueTask<CellUsage?> MeasureAsync(CellHandle cell) => new(CgroupUsage.Of(SystemdHandle.Of(cell, driver).Cgroups));

    public async ValueTask<CellObservation> WaitAsync(CellHandle cell, CancellationToken cancel)
    {
        using var main = SystemdHandle.Of(cell, driver).Main.Open();
        if (main is not null)
        {
            await main.WaitAsync(cancel).ConfigureAwait(false);
        }

        return await InspectAsync(cell, cancel).ConfigureAwait(false);
    }

    public ValueTask StopAsync(CellHandle cell, TimeSpan grace, CancellationToken cancel) =>
        new(ClearAsync(SystemdHandle.Of(cell, driver), grace, cancel));

    /// <summary>Ends everything of the cell and removes what was made for it; the log and how it ended stay.</summary>
    public async Task ClearAsync(SystemdHandle handle, TimeSpan grace, CancellationToken cancel)
    {
        if (await RecoverAsync(handle.Folder, cancel).ConfigureAwait(false) is { } current && current.Start != handle.Start)
        {
            // The cell was started again since, which cleared this one away: what has its names now is the new one's.
            return;
        }

        using (var main = grace > TimeSpan.Zero ? handle.Main.Open() : null)
        {
            if (main is not null && main.Signal(Libc.Sigterm))
            {
                await main.WaitAsync(grace, time, cancel).ConfigureAwait(false);
            }
        }

        if (handle.Main.BootId == ProcessIdentity.CurrentBoot)
        {
            await EndUnitAsync(handle, cancel).ConfigureAwait(false);
        }

        CellFiles.Forget(handle.Folder);
    }

    private async Task EndUnitAsync(SystemdHandle handle, CancellationToken cancel)
    {
        var marked = IsMarked(handle);
        if (marked)
        {
            // First of all: a request to start it that is still on its way, of a Creel that was killed, finds nothing then.
            UnitDrift.Keep(handle);
            File.Delete(Path.Combine(Systemctl.UnitFolder, handle.Unit));
        }

        var state = await systemctl.ShowAsync(handle.Unit, cancel).ConfigureAwait(false);
        if (!marked && !IsRun(handle, state))
        {
            return;
        }

        if (state.IsUp)
        {
            await KillAsync(handle, cancel).ConfigureAwait(false);
        }

        await systemctl.AskAsync(cancel, "reset-failed", "--", handle.Unit).ConfigureAwait(false);
    }

    private async Task KillAsync(SystemdHandle handle, CancellationToken cancel)
    {
        if (handle.Main.IsAlive)
        {
            await SignalAsync().ConfigureAwait(false);
        }

        // Told to stop, it is not started again, whatever a drop-in says.
        await systemctl.DoAsync(cancel, "stop", "--no-block", "--", handle.Unit).ConfigureAwait(false);
        await EndAsync(handle, cancel).ConfigureAwait(false);
        var begin = time.GetTimestamp();
        while ((await systemctl.ShowAsync(handle.Unit, cancel).ConfigureAwait(false)).IsUp)
        {
            if (time.GetElapsedTime(begin) > KillLimit)
            {
                throw new CreelException(
                    Fault.Unavailable(
                        "cell-stuck",
                        $"the unit {handle.Unit} was killed and does not end",
                        "A process of it hangs in the kernel: look at its disk or mount"
                    )
                );
            }

            // What still runs is what holds its control groups for us.
            await SignalAsync().ConfigureAwait(false);
            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }

        // That it has ended meanwhile is no fault.
        Task SignalAsync() => systemctl.AskAsync(cancel, "kill", "--signal=KILL", "--", handle.Unit);
    }

    /// <summary>The unit file is of this very start.</summary>
    private static bool IsMarked(SystemdHandle handle) =>
        UnitDrift.Written(handle.Unit)?.Contains($"\nStart={handle.Start}\n", StringComparison.Ordinal) == true;

    private static bool IsRun(SystemdHandle handle, UnitState state) =>
        handle.Invocation is { } invocation && invocation == state.Invocation;

    /// <summary>Once systemd has heard of the end, which it may a moment after the process is gone.</summary>
    private async Task<UnitEnd?> EndAsync(SystemdHandle handle, CancellationToken cancel)
    {
        var begin = time.GetTimestamp();
        while (true)
        {
            if (UnitEnd.Read(handle) is { } known)
            {
                return known;
            }

            if (handle.Main.BootId != ProcessIdentity.CurrentBoot)
            {
                return null;
            }

            var state = await systemctl.ShowAsync(handle.Unit, cancel).ConfigureAwait(false);
            if (UnitEnd.Of(handle, state) is { } end)
            {
                end.Write(handle.Folder);
                return end;
            }

            if (state.Invocation != handle.Invocation || !state.IsUp || time.GetElapsedTime(begin) > EndLag)
            {
                return null;
            }

            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }
}
