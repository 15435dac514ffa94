using System.Diagnostics;
using System.Globalization;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>A cell from plan to connected runtime, and what an idle runtime weighs, beside <c>docker run</c> where there is one.</summary>
internal static class CellBench
{
    private const int Rounds = 30;
    private const int Idle = 10;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var serve = await Serve.StartAsync();
        var agents = string.Join(", ", Enumerable.Range(0, Idle).Select(n => $"{{ id: 'a{n}' }}"));
        var up = await serve.UpAsync($"{{ name: 'bench', isolation: 'session', agents: {{ list: [{agents}] }} }}");
        if (up.ExitCode != 0)
        {
            throw new InvalidOperationException(up.ToString());
        }

        var starts = new List<double>();
        var runs = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            using (await serve.Http.PostAsync("/agents/a0/stop", null)) { }
            using var answer = await serve.Http.PostAsync("/agents/a0/start", null);
            starts.Add(await ConnectedMillisecondsAsync(answer));
            if (await DockerContainer.RunTrueAsync() is { } run)
            {
                runs.Add(run);
            }
        }

        var weights = await IdleMegabytesAsync(serve);
        return
        [
            new Figure("bubblewrap cell, plan to connected runtime: p50", starts.Percentile(50), "ms", 100),
            new Figure("bubblewrap cell, plan to connected runtime: p90", starts.Percentile(90), "ms"),
            .. runs.Count == 0
                ? new[] { Figure.Absent("beside it: docker run true, p50", "no Docker engine answers here") }
                :
                [
                    new Figure("beside it: docker run true, p50", runs.Percentile(50), "ms"),
                    new Figure("docker run true / cell start, p50", runs.Percentile(50) / starts.Percentile(50), "×"),
                ],
            new Figure($"idle runtime, private memory, median of {Idle} side by side", weights.Percentile(50), "MB", 12),
        ];
    }

    /// <summary>The server's own clock, from the request to the runtime's hello: what a person waits for, without the command line's start.</summary>
    public static async Task<double> ConnectedMillisecondsAsync(HttpResponseMessage answer)
    {
        var text = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        using var json = System.Text.Json.JsonDocument.Parse(text);
        return json.RootElement.GetProperty("connectedMs").GetDouble();
    }

    private static async Task<IReadOnlyList<double>> IdleMegabytesAsync(Serve serve)
    {
        // Idle is when nothing has been asked of them for a while: half a minute by the clock, since that is the definition.
        using var calm = new PeriodicTimer(TimeSpan.FromSeconds(30));
        await calm.WaitForNextTickAsync();
        var cells = (await serve.GetAsync("/cells"))
            .GetProperty("cells")
            .EnumerateArray()
            .Select(c => c.GetProperty("id").GetString()!);
        return [.. cells.SelectMany(serve.RuntimePids).Select(PrivateMegabytes)];
    }

    /// <summary>Private_Clean + Private_Dirty of the whole process.</summary>
    public static double PrivateMegabytes(int pid) =>
        File.ReadLines($"/proc/{pid}/smaps_rollup")
            .Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        / 1024;
}
