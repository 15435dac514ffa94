using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Bench;

/// <summary>
/// How many tasks a second the store adds and ends durably: each producer waits for its answer, which comes after the commit,
/// before it goes on. Half of the tasks are sent at once, half wait in the queue; payloads and results have 256 bytes.
/// </summary>
internal static class StoreBench
{
    private const int Agents = 64;

    private sealed record Run(
        string What,
        int Producers,
        int Requests,
        double PerSecond,
        double P50,
        double P99,
        double RowsPerCommit
    );

    /// <param name="folder">On the disk that is to be measured; null for the folder of temporary files.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(string? folder)
    {
        var name = $"creel-bench-{Environment.ProcessId}";
        var place = Directory.CreateDirectory(Path.Combine(folder ?? Path.GetTempPath(), name)).FullName;
        var runs = new List<Run>();
        Console.WriteLine($"{"", -10}{"producers", 10}{"per second", 12}{"p50 ms", 9}{"p99 ms", 9}{"rows/commit", 13}");
        try
        {
            foreach (var (producers, requests) in ((int, int)[])[(1, 4_000), (8, 40_000), (64, 200_000)])
            {
                await using var store = await SqliteStore.OpenAsync(Path.Combine(place, $"{producers}.db"));
                var agents = Enumerable.Range(0, Agents).Select(i => AgentId.Parse($"agent{i}")).ToArray();
                var tasks = Enumerable.Range(0, requests).Select(i => SampleTask.New(agents[i % Agents])).ToArray();
                runs.Add(await MeasureAsync("enqueue", store, producers, requests, i => AppendAsync(store, tasks[i], i)));
                runs.Add(await MeasureAsync("complete", store, producers, requests, i => CompleteAsync(store, tasks[i])));
            }
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }

        Console.WriteLine(JsonSerializer.Serialize(runs, JsonSerializerOptions.Web));
        return [.. runs.SelectMany(Figures)];
    }

    private static IEnumerable<Figure> Figures(Run run)
    {
        double? promised = (run.What, run.Producers) switch
        {
            ("enqueue", 64) => 50_000,
            ("complete", 64) => 12_000,
            _ => null,
        };
        var note = string.Create(CultureInfo.InvariantCulture, $"p99 {run.P99:0.00} ms, {run.RowsPerCommit:0.0} rows a commit");
        yield return new Figure($"{run.What}, {run.Producers} producers", run.PerSecond, "/s", promised, AtLeast: true, note);
        yield return new Figure($"{run.What}, {run.Producers} producers, p50", run.P50, "ms");
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

    private static async Task<Run> MeasureAsync(
        string what,
        SqliteStore store,
        int producers,
        int requests,
        Func<int, Task> request
    )
    {
        var times = new double[requests];
        var next = -1;
        var before = store.Figures;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(ProduceAsync)));
        var elapsed = watch.Elapsed.TotalSeconds;
        var after = store.Figures;
        var run = new Run(
            what,
            producers,
            requests,
            requests / elapsed,
            times.Percentile(50),
            times.Percentile(99),
            (double)(after.Requests - before.Requests) / (after.Commits - before.Commits)
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what, -10}{producers, 10}{run.PerSecond, 12:N0}{run.P50, 9:N2}{run.P99, 9:N2}{run.RowsPerCommit, 13:N1}"
            )
        );
        return run;

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
