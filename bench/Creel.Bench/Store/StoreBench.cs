using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Bench.Store;

/// <summary>
/// How many tasks a second the store adds and ends durably: each producer waits for its answer, which comes after the commit,
/// before it goes on. Half of the tasks' agents are connected (sent at once), half are not (queued).
/// </summary>
internal static class StoreBench
{
    private const int Agents = 64;

    private sealed record Figure(string What, int Producers, int Requests, double PerSecond, double P50, double P99, double RowsPerCommit);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = arguments is [var given] ? given : Path.Combine(Path.GetTempPath(), $"creel-bench-{Environment.ProcessId}");
        var figures = new List<Figure>();
        Console.WriteLine($"{"", -10}{"producers", 10}{"per second", 12}{"p50 ms", 9}{"p99 ms", 9}{"rows/commit", 13}");
        try
        {
            foreach (var (producers, requests) in ((int, int)[])[(1, 4_000), (8, 40_000), (64, 200_000), (512, 200_000)])
            {
                await using var store = await SqliteStore.OpenAsync(Path.Combine(folder, $"{producers}.db"));
                var tasks = Enumerable.Range(0, requests).Select(i => SampleTask.New(AgentId.Parse($"agent{i % Agents}"))).ToArray();
                figures.Add(await MeasureAsync("enqueue", store, producers, requests, i => AppendAsync(store, tasks[i], i)));
                figures.Add(await MeasureAsync("complete", store, producers, requests, i => CompleteAsync(store, tasks[i])));
            }
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(figures, JsonSerializerOptions.Web));
        return 0;
    }

    private static async Task AppendAsync(SqliteStore store, AgentTask task, int i)
    {
        var lease = i % 2 == 0 ? new Lease("journal", 1) : null;
        if (await store.Tasks.AppendAsync([new NewTask(task, lease, int.MaxValue)]) is not [AppendOutcome.Accepted])
        {
            throw new InvalidOperationException("a task was not accepted");
        }
    }

    private static async Task CompleteAsync(SqliteStore store, AgentTask task)
    {
        var end = new TaskCompletion(task.Id, TaskState.Succeeded, 1, SampleTask.Body, DateTimeOffset.UtcNow);
        if (await store.Tasks.CompleteAsync([end]) is not [CompleteOutcome.Completed])
        {
            throw new InvalidOperationException("a task was not completed");
        }
    }

    private static async Task<Figure> MeasureAsync(string what, SqliteStore store, int producers, int requests, Func<int, Task> request)
    {
        var times = new double[requests];
        var next = -1;
        var before = store.Figures;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(ProduceAsync)));
        var elapsed = watch.Elapsed.TotalSeconds;
        var after = store.Figures;
        Array.Sort(times);
        var figure = new Figure(
            what,
            producers,
            requests,
            requests / elapsed,
            times[requests / 2],
            times[requests * 99 / 100],
            (double)(after.Requests - before.Requests) / (after.Commits - before.Commits)
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what, -10}{producers, 10}{figure.PerSecond, 12:N0}{figure.P50, 9:N2}{figure.P99, 9:N2}{figure.RowsPerCommit, 13:N1}"
            )
        );
        return figure;

        async Task ProduceAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < requests; )
            {
                var start = Stopwatch.GetTimestamp();
                await request(i);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }
    }
}
