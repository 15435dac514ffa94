using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>The line of a task: over HTTP into a bubblewrap cell and back, beside a bare process start and, where there is one, <c>docker exec</c>.</summary>
internal static class LineBench
{
    private const string Habitat = """
        { name: "bench", isolation: "session", agents: { list: [{ id: "bart" }] } }
        """;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var serve = await Serve.StartAsync();
        var up = await serve.UpAsync(Habitat);
        if (up.ExitCode != 0)
        {
            throw new InvalidOperationException(up.ToString());
        }

        // A server compiles what is used much while the first thousands of tasks go by.
        for (var warm = 0; warm < 2000; warm++)
        {
            await ExecTrueAsync(serve);
        }

        // Taken in turn, so that a noisy moment hits all of them.
        var line = new List<double>();
        var bare = new List<double>();
        var docker = new List<double>();
        var container = await DockerContainer.TryStartAsync();
        for (var round = 0; round < 2000; round++)
        {
            line.Add(await TimeAsync(() => ExecTrueAsync(serve)));
            if (round % 20 == 0)
            {
                bare.Add(await TimeAsync(() => RunAsync("/bin/true", [])));
                if (container is not null)
                {
                    docker.Add(await TimeAsync(() => container.ExecTrueAsync()));
                }

                // What those leave behind to be cleared away is not the line's.
                for (var calm = 0; calm < 3; calm++)
                {
                    await ExecTrueAsync(serve);
                }
            }
        }

        if (container is not null)
        {
            await container.DisposeAsync();
        }

        return
        [
            new Figure("task round trip, exec true, bubblewrap, HTTP: p50", line.Percentile(50), "ms", 2),
            new Figure("task round trip, exec true, bubblewrap, HTTP: p99", line.Percentile(99), "ms", 10),
            new Figure("beside it: a bare process start, p50", bare.Percentile(50), "ms"),
            .. docker.Count == 0
                ? new[] { Figure.Absent("beside it: docker exec true, p50", "no Docker engine answers here") }
                :
                [
                    new Figure("beside it: docker exec true, p50", docker.Percentile(50), "ms"),
                    new Figure("docker exec true / task round trip, p50", docker.Percentile(50) / line.Percentile(50), "×"),
                ],
        ];
    }

    private static async Task ExecTrueAsync(Serve serve)
    {
        using var response = await serve.Http.PostAsJsonAsync(
            "/agents/bart/task?wait=30",
            new { type = "exec", command = "true" }
        );
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var state = json.RootElement.GetProperty("task").GetProperty("state").GetString();
        if (state != "succeeded")
        {
            throw new InvalidOperationException($"exec true ended as {state}");
        }
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var from = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }
}
