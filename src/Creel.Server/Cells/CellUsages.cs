using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>What each cell uses; for its share of the processors it remembers how it was when somebody last looked.</summary>
internal sealed class CellUsages(IReadOnlyList<IIsolationDriver> drivers, TimeProvider time)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<CellHandle, Sample> samples = new();

    /// <summary>Null where the cell does not run, or nothing counts it.</summary>
    public async ValueTask<UsageView?> OfAsync(Cell cell, CancellationToken cancel)
    {
        if (
            cell is not { Running: true, Unknown: null, Since: { } since, Record.Handle: { } handle }
            || drivers.FirstOrDefault(d => d.Name == handle.Driver) is not { } driver
            || await MeasureAsync(driver, handle, cancel) is not { } usage
        )
        {
            return null;
        }

        return new UsageView(
            usage.Memory,
            Cores(handle, cell.Adopted ? null : since, usage.Cpu),
            usage.Cpu?.TotalSeconds,
            usage.Pids
        );
    }

    /// <summary>Who stopped answering this very moment has no figures; nobody waits for them.</summary>
    private async Task<CellUsage?> MeasureAsync(IIsolationDriver driver, CellHandle handle, CancellationToken cancel)
    {
        try
        {
            return await driver.MeasureAsync(handle, cancel).AsTask().WaitAsync(DriverPulse.Patience, time, cancel);
        }
        catch (Exception e) when (e is TimeoutException or CreelException)
        {
            return null;
        }
    }

    /// <summary>Forgets the starts that are over.</summary>
    public void Keep(IEnumerable<Cell> cells)
    {
        var current = cells.Select(c => c.Record.Handle).OfType<CellHandle>().ToHashSet();
        foreach (var handle in samples.Keys.Where(h => !current.Contains(h)))
        {
            samples.TryRemove(handle, out _);
        }
    }

    /// <summary>Over the time since the last look, but no less than a second; at the first look, since the start if that is known.</summary>
    private double? Cores(CellHandle handle, DateTimeOffset? since, TimeSpan? cpu)
    {
        if (cpu is not { } used)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var start = since is { } known ? new Sample(known, TimeSpan.Zero, null) : new Sample(now, used, null);
        var before = samples.GetOrAdd(handle, start);
        if (now - before.At < Least)
        {
            return before.Cores;
        }

        var cores = (used - before.Cpu) / (now - before.At);
        samples[handle] = new Sample(now, used, cores);
        return cores;
    }

    private sealed record Sample(DateTimeOffset At, TimeSpan Cpu, double? Cores);
}
