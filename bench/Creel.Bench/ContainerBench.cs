using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>Container cells beside what Docker's own tools do with the same image, in turn and in one run.</summary>
internal static class ContainerBench
{
    private const string Image = "creel/cell:latest";
    private const int Rounds = 20;
    private const int Many = 20;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var serve = await Serve.StartAsync();
        var up = await serve.UpAsync(
            "{ name: 'bench', agents: { list: [{ id: 'box', isolation: 'container' }, { id: 'wrap', isolation: 'session' }] } }"
        );
        if (up.ExitCode != 0)
        {
            return [Figure.Absent("container cells", up.ToString().Split('\n').Last(line => line.Length > 0))];
        }

        var (box, wrap, run, task, exec) = (Samples(), Samples(), Samples(), Samples(), Samples());
        var other = (
            await DockerContainer.RunAsync("docker", "run", "-d", "--init", "--network", "none", Image, "sleep", "900")
        ).Output.Trim();
        for (var round = 0; round < Rounds; round++)
        {
            box.Add(await StartAsync(serve, "box"));
            run.Add(await TimeAsync(() => DockerContainer.RunAsync("docker", "run", "--rm", "--network", "none", Image, "true")));
            wrap.Add(await StartAsync(serve, "wrap"));
        }

        for (var round = 0; round < Rounds; round++)
        {
            for (var warm = 0; warm < 20; warm++)
            {
                task.Add(await TimeAsync(() => ExecTrueAsync(serve)));
            }

            exec.Add(await TimeAsync(() => DockerContainer.RunAsync("docker", "exec", other, "true")));
        }

        var sleeping = await SleepMegabytesAsync(other);
        var cell = await CellMegabytesAsync(serve);
        await DockerContainer.RunAsync("docker", "rm", "-f", other);
        var (cells, compose) = await ManyAsync(serve);
        return
        [
            new Figure("container cell, plan to connected runtime: p50", box.Percentile(50), "ms"),
            new Figure("beside it: docker run --rm --network none true, p50", run.Percentile(50), "ms"),
            new Figure("container cell / docker run true", box.Percentile(50) / run.Percentile(50), "×", 1.3),
            new Figure("bubblewrap cell / docker run true", wrap.Percentile(50) / run.Percentile(50), "×", 0.3),
            new Figure("exec true in a container cell, over the API: p50", task.Percentile(50), "ms"),
            new Figure("beside it: docker exec true, p50", exec.Percentile(50), "ms"),
            new Figure("exec in a container cell / docker exec", task.Percentile(50) / exec.Percentile(50), "×", 0.1),
            new Figure($"{Many} container cells up, connected, and down again", cells, "s"),
            new Figure($"beside it: docker-compose, {Many} services with sleep up and down", compose, "s"),
            new Figure("cells / docker-compose", cells / compose, "×", 1),
            new Figure("memory of an idle container cell", cell, "MB"),
            new Figure("beside it: a container with sleep", sleeping, "MB"),
        ];
    }

    private static List<double> Samples() => [];

    private static async Task<double> StartAsync(Serve serve, string agent)
    {
        using (await serve.Http.PostAsync($"/agents/{agent}/stop", null)) { }
        using var answer = await serve.Http.PostAsync($"/agents/{agent}/start", null);
        return await CellBench.ConnectedMillisecondsAsync(answer);
    }

    private static async Task ExecTrueAsync(Serve serve)
    {
        using var answer = await serve.Http.PostAsJsonAsync("/agents/box/task?wait=30", new { type = "exec", command = "true" });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<(double Cells, double Compose)> ManyAsync(Serve serve)
    {
        var agents = string.Join(", ", Enumerable.Range(0, Many).Select(n => $"{{ id: 'c{n}', isolation: 'container' }}"));
        var cells = new List<double>();
        var compose = new List<double>();
        var folder = Directory.CreateTempSubdirectory("creel-bench-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "docker-compose.yaml"), Compose());
        for (var round = 0; round < 3; round++)
        {
            cells.Add(
                await TimeAsync(async () =>
                {
                    Check(await serve.UpAsync($"{{ name: 'bench', agents: {{ list: [{agents}] }} }}"));
                    Check(await serve.CommandAsync("down", "--yes", "--delete-workspaces"));
                })
            );
            compose.Add(
                await TimeAsync(async () =>
                {
                    var file = Path.Combine(folder, "docker-compose.yaml");
                    await DockerContainer.RunAsync("docker-compose", "-f", file, "-p", "creelbench", "up", "-d");
                    await DockerContainer.RunAsync("docker-compose", "-f", file, "-p", "creelbench", "down", "-t", "0");
                })
            );
        }

        Directory.Delete(folder, recursive: true);
        return (cells.Percentile(50) / 1000, compose.Percentile(50) / 1000);
    }

    private static void Check(CommandResult result)
    {
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException(result.ToString());
        }
    }

    // As hardened as the cells are.
    private static string Compose()
    {
        var text = new StringBuilder("version: '3.8'\nservices:\n");
        for (var n = 0; n < Many; n++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  c{n}:\n    image: {Image}\n    command: sleep 900\n    init: true\n    network_mode: none\n    user: '{1000 + n}'\n    read_only: true\n    cap_drop: [ALL]\n    security_opt: ['no-new-privileges:true']\n    tmpfs: [/tmp, /var/tmp]\n    mem_limit: 512m\n    pids_limit: 256\n    cpus: 1\n"
            );
        }

        return text.ToString();
    }

    private static async Task<double> CellMegabytesAsync(Serve serve)
    {
        var cells = (await serve.GetAsync("/cells")).GetProperty("cells").EnumerateArray();
        return cells
                .Single(c => c.GetProperty("group").GetString() == "box")
                .GetProperty("usage")
                .GetProperty("memory")
                .GetDouble() / (1 << 20);
    }

    private static async Task<double> SleepMegabytesAsync(string container)
    {
        var pid = (await DockerContainer.RunAsync("docker", "inspect", "-f", "{{.State.Pid}}", container)).Output.Trim();
        var line = File.ReadLines($"/proc/{pid}/cgroup").FirstOrDefault(l => l.Contains(":memory:")) ?? "0::/";
        var (root, file) = line.Contains(":memory:")
            ? ("/sys/fs/cgroup/memory", "memory.usage_in_bytes")
            : ("/sys/fs/cgroup", "memory.current");
        return double.Parse(File.ReadAllText(root + line.Split(':', 3)[2] + "/" + file), CultureInfo.InvariantCulture)
            / (1 << 20);
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var from = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }
}
