using System.Diagnostics;
using System.Net.Http.Json;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>What <c>creel plan</c> of a large habitat takes: the server's part, and with the command line round it.</summary>
internal static class PlanBench
{
    private const int Agents = 1_000;
    private const int Rounds = 30;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var serve = await Serve.StartAsync();
        var file = Path.Combine(serve.Home, "habitat.json5");
        var agents = string.Join(",\n", Enumerable.Range(0, Agents).Select(n => $"{{ id: 'a{n}', name: 'Agent {n}' }}"));
        await File.WriteAllTextAsync(file, $"{{ name: 'bench', isolation: 'session', agents: {{ list: [{agents}] }} }}");
        var (server, whole) = (new List<double>(), new List<double>());

        // The first is for what is done once: the drivers' proofs.
        for (var round = 0; round <= Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            using var answer = await serve.Http.PostAsJsonAsync("/habitat/plan", new { file });
            var steps = (await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).Length;
            server.Add(clock.Elapsed.TotalMilliseconds);
            clock.Restart();
            var plan = await serve.CommandAsync("plan", file);
            whole.Add(clock.Elapsed.TotalMilliseconds);
            if (plan.ExitCode != 0 || steps < Agents)
            {
                throw new InvalidOperationException(plan.ToString());
            }
        }

        var name = $"creel plan of {Agents:N0} agents";
        return
        [
            new Figure($"{name}, with the command's own start: p50", whole.Skip(1).ToList().Percentile(50), "ms", 200),
            new Figure($"{name}, the server's answer: p50", server.Skip(1).ToList().Percentile(50), "ms"),
        ];
    }
}
