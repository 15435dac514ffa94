using System.Collections.Concurrent;
using Creel.Core;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>One run at each gateway at a time; the others wait for their turn.</summary>
internal sealed class OneAtATime(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RunNow> working = new(StringComparer.Ordinal);

    /// <summary>A run has ended: there may be something that can be tried now.</summary>
    public event Action? Ended;

    /// <summary>The run that is at work there; null: none.</summary>
    public RunNow? At(string? gateway) => working.GetValueOrDefault(Key(gateway));

    public static string Key(string? gateway) => gateway ?? "";

    /// <param name="waits">Told where another is at work there.</param>
    /// <param name="cancel">Of the wait for its turn alone.</param>
    public async Task<T> RunAsync<T>(string? gateway, Action<RunNow> waits, Func<RunNow, Task<T>> run, CancellationToken cancel)
    {
        var turn = turns.GetOrAdd(Key(gateway), _ => new SemaphoreSlim(1));
        var mine = turn.WaitAsync(cancel);
        if (!mine.IsCompleted && At(gateway) is { } before)
        {
            waits(before);
        }

        await mine;
        var now = new RunNow(time.GetUtcNow());
        working[Key(gateway)] = now;
        try
        {
            return await run(now);
        }
        finally
        {
            working.TryRemove(Key(gateway), out _);
            turn.Release();
            Ended?.Invoke();
        }
    }
}

/// <summary>A run that is at work.</summary>
internal sealed class RunNow(DateTimeOffset began)
{
    private volatile Fault? away;

    public DateTimeOffset Began => began;

    /// <summary>Why its gateway can't be reached just now; null: it can, or nobody knows better.</summary>
    public Fault? Away
    {
        get => away;
        set => away = value;
    }
}
