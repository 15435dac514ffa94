using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace Creel.EndToEnd.Harness;

/// <summary>
/// Kills hub and runtime with signal 9 at random moments while tasks flow, then counts. The effects are lines that each task
/// appends to a file on the host, which neither the hub nor the runtime reads.
/// </summary>
public sealed class KillTrial(Serve serve, string agent, string cell, string workspace, int seed)
{
    private readonly ConcurrentDictionary<int, string> acknowledged = new();
    private readonly ConcurrentDictionary<int, string> ends = new();
    private static readonly string[] Final = ["succeeded", "failed", "timed-out", "cancelled", "expired", "interrupted"];
    private readonly Random random = new(seed);
    private volatile bool over;
    private int next;

    public async Task<KillVerdict> RunAsync(int kills, Action<int>? progress = null)
    {
        var submitters = Enumerable.Range(0, 4).Select(_ => Task.Run(SubmitAsync)).ToList();
        var collector = Task.Run(CollectAsync);
        var hubKills = 0;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var kill = 0; kill < kills; kill++)
        {
            var pause = random.Next(5, 250);
            for (var waited = 0; waited < pause; waited++)
            {
                await tick.WaitForNextTickAsync();
            }

            if (random.Next(2) == 0)
            {
                hubKills++;
                await serve.KillAsync();
                await serve.LaunchAsync();
            }
            else
            {
                await KillRuntimeAsync();
            }

            progress?.Invoke(kill + 1);
        }

        over = true;
        await Task.WhenAll(submitters);
        await collector;
        await FinalStatesAsync();
        return Judge(kills, hubKills);
    }

    private async Task SubmitAsync()
    {
        using var rest = new PeriodicTimer(TimeSpan.FromMilliseconds(15));
        while (!over)
        {
            await rest.WaitForNextTickAsync();
            var number = Interlocked.Increment(ref next);
            var command = $"echo start-{number} >>effects; sleep 0.0{number % 5}; echo end-{number} >>effects";
            try
            {
                using var response = await serve.Http.PostAsJsonAsync($"/agents/{agent}/task", new { type = "exec", command });
                if (response.IsSuccessStatusCode)
                {
                    using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                    acknowledged[number] = json.RootElement.GetProperty("taskId").GetString()!;
                }
            }
            catch (Exception e)
                when (e is HttpRequestException or IOException or ObjectDisposedException or TaskCanceledException)
            {
                // Not acknowledged: nothing was promised, but it still may not start twice.
            }
        }
    }

    /// <summary>The cell is up again within seconds; until then there is nothing to kill.</summary>
    private async Task KillRuntimeAsync()
    {
        await Serve.Until(() => serve.RuntimePids(cell).Count > 0, TimeSpan.FromSeconds(90), "a runtime to kill");
        foreach (var pid in serve.RuntimePids(cell))
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(pid);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It was faster.
            }
        }
    }

    /// <summary>Notes ends as they come: a hub keeps the newest 10,000 finished tasks only.</summary>
    private async Task CollectAsync()
    {
        using var rest = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!over)
        {
            await rest.WaitForNextTickAsync();
            foreach (var (number, id) in acknowledged.Where(a => !ends.ContainsKey(a.Key)).OrderBy(a => a.Key).Take(200))
            {
                try
                {
                    Note(number, await serve.GetAsync($"/tasks/{id}"));
                }
                catch (Exception e)
                    when (e is HttpRequestException or IOException or ObjectDisposedException or TaskCanceledException)
                {
                    // The hub is dead at the moment.
                    break;
                }
            }
        }
    }

    private async Task FinalStatesAsync()
    {
        foreach (var (number, id) in acknowledged.Where(a => !ends.ContainsKey(a.Key)).OrderBy(a => a.Key))
        {
            Note(number, await serve.GetAsync($"/tasks/{id}?wait=100"));
        }
    }

    private void Note(int number, JsonElement task)
    {
        if (task.GetProperty("state").GetString() is { } state && Final.Contains(state))
        {
            ends[number] = state;
        }
    }

    private KillVerdict Judge(int kills, int hubKills)
    {
        var lines = File.Exists(Path.Combine(workspace, "effects")) ? File.ReadAllLines(Path.Combine(workspace, "effects")) : [];
        var starts = lines.Where(l => l.StartsWith("start-", StringComparison.Ordinal)).CountBy(l => l).ToDictionary();
        var finished = lines.Where(l => l.StartsWith("end-", StringComparison.Ordinal)).ToHashSet();
        return new KillVerdict(
            kills,
            hubKills,
            acknowledged.Count,
            ends.Values.CountBy(state => state).ToDictionary(),
            acknowledged.Keys.Count(number => !ends.ContainsKey(number)),
            starts.Count(s => s.Value > 1),
            ends.Count(e => e.Value == "succeeded" && !finished.Contains($"end-{e.Key}"))
        );
    }
}

/// <summary>What a trial counted.</summary>
/// <param name="Endless">Acknowledged tasks without a final state.</param>
/// <param name="StartedTwice">Tasks, acknowledged or not, whose effect is there more than once.</param>
/// <param name="Hollow">Tasks that are said to have succeeded and left no effect.</param>
public sealed record KillVerdict(
    int Kills,
    int HubKills,
    int Acknowledged,
    IReadOnlyDictionary<string, int> States,
    int Endless,
    int StartedTwice,
    int Hollow
);
