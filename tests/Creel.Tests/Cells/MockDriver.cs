using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Tests.Cells;

/// <summary>A driver of values and ids: what it started is a row in a table, which outlives the serve that asked for it.</summary>
internal sealed class MockDriver(Func<CrashPoint> crash, string name = "mock", IsolationLevel level = IsolationLevel.Session)
    : IIsolationDriver,
        ICellForesight
{
    private readonly ConcurrentDictionary<string, MockRun> runs = new();
    private readonly ConcurrentDictionary<string, CellHandle> folders = new();

    public string Name => name;

    public IsolationLevel Level => level;

    /// <summary>What was started, ended or refused, in order.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public Func<CellSpec, CancellationToken, Task> Starting { get; set; } = (_, _) => Task.CompletedTask;

    public Func<CellHandle, Task> Waiting { get; set; } = _ => Task.CompletedTask;

    public Action<CellHandle> Inspecting { get; set; } = _ => { };

    public Action<CellHandle> Stopping { get; set; } = _ => { };

    /// <summary>Until this completes it has nothing to say of a cell.</summary>
    public Task? Hanging { get; set; }

    public CellUsage? Usage { get; set; }

    /// <summary>What its proof says.</summary>
    public bool Works { get; set; } = true;

    public IReadOnlyList<NetworkMode> Networks { get; init; } = [NetworkMode.None, NetworkMode.Proxy];

    /// <summary>What it can tell beforehand against starting a cell.</summary>
    public Func<AgentGroup, Fault?> Foreseeing { get; set; } = _ => null;

    /// <summary>The groups whose cells run.</summary>
    public IReadOnlyList<string> Running => [.. runs.Values.Select(r => r.Spec.Group.Value).Order()];

    public CellSpec SpecOf(string group) => runs.Values.Single(r => r.Spec.Group.Value == group).Spec;

    /// <summary>The cell ends by itself; what it left in its folder is still there.</summary>
    public void Die(string group, string reason = "died")
    {
        var (data, run) = runs.Single(r => r.Value.Spec.Group.Value == group);
        runs.TryRemove(data, out _);
        run.Ended.SetResult(new CellObservation(false, reason));
    }

    public ValueTask<DriverFingerprint> FingerprintAsync(CancellationToken cancel = default) =>
        new(
            new DriverFingerprint(
                Name,
                Level,
                Works,
                "it is a table",
                null,
                Networks,
                new EnforcedLimits(true, true, true),
                false,
                true,
                []
            )
        );

    public ValueTask<Fault?> ForeseeAsync(AgentGroup group, CancellationToken cancel = default) => new(Foreseeing(group));

    public async ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default)
    {
        crash().Pass();
        if (folders.TryGetValue(spec.Folder, out var earlier) && runs.ContainsKey(earlier.Data))
        {
            Log.Enqueue($"twice {spec.Group}");
            throw new CreelException(Fault.Conflict("cell-running", "it runs already"));
        }

        await Starting(spec, cancel);
        var handle = new CellHandle(spec.Id, Name, Guid.NewGuid().ToString("N"));
        runs[handle.Data] = new MockRun(spec);
        folders[spec.Folder] = handle;
        Log.Enqueue($"start {spec.Group}");
        crash().Pass();
        return handle;
    }

    /// <summary>What it left in the cells' folders is gone, and only who kept a handle can name a run.</summary>
    public void Forget() => folders.Clear();

    public ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel = default) =>
        new(folders.GetValueOrDefault(spec.Folder));

    public async ValueTask<CellObservation> InspectAsync(CellHandle handle, CancellationToken cancel = default)
    {
        Inspecting(handle);
        await (Hanging ?? Task.CompletedTask);
        return runs.ContainsKey(handle.Data) ? CellObservation.Up : new CellObservation(false, "ended");
    }

    public ValueTask<CellUsage?> MeasureAsync(CellHandle handle, CancellationToken cancel = default) => new(Usage);

    public async ValueTask<CellObservation> WaitAsync(CellHandle handle, CancellationToken cancel = default)
    {
        await Waiting(handle);
        return runs.TryGetValue(handle.Data, out var run)
            ? await run.Ended.Task.WaitAsync(cancel)
            : new CellObservation(false, "ended");
    }

    public ValueTask StopAsync(CellHandle handle, TimeSpan grace, CancellationToken cancel = default)
    {
        crash().Pass();
        Stopping(handle);
        if (runs.TryRemove(handle.Data, out var run))
        {
            Log.Enqueue($"stop {run.Spec.Group}");
            run.Ended.TrySetResult(new CellObservation(false, "stopped"));
        }

        foreach (var (folder, left) in folders)
        {
            if (left == handle)
            {
                folders.TryRemove(folder, out _);
            }
        }

        crash().Pass();
        return ValueTask.CompletedTask;
    }

    private sealed record MockRun(CellSpec Spec)
    {
        public TaskCompletionSource<CellObservation> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
