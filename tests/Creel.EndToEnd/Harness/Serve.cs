using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Creel.EndToEnd.Harness;

/// <summary>A <c>creel serve</c> of our own, on ports that the kernel chose, with a home of its own; takes its cells down at the end.</summary>
public sealed class Serve : IAsyncDisposable
{
    private Process? process;
    private HttpClient? client;

    private readonly (string Name, string Value)[] variables;
    private readonly int? openFiles;

    private Serve(string home, int? openFiles, (string Name, string Value)[] variables) =>
        (Home, this.openFiles, this.variables) = (home, openFiles, variables);

    public string Home { get; }

    public int Pid => process!.Id;

    public HttpClient Http => client!;

    /// <param name="openFiles">The process may open so many files; what the tests may, unless said.</param>
    /// <param name="variables">More of its environment.</param>
    public static async Task<Serve> StartAsync(
        string? home = null,
        int? openFiles = null,
        params (string Name, string Value)[] variables
    )
    {
        var serve = new Serve(home ?? Directory.CreateTempSubdirectory("creel-e2e-").FullName, openFiles, variables);
        await serve.LaunchAsync();
        return serve;
    }

    /// <summary>Writes a habitat into the home's own folder and brings it up through the command line.</summary>
    public async Task<CommandResult> UpAsync(string habitat)
    {
        var file = Path.Combine(Home, "habitat.json5");
        await File.WriteAllTextAsync(file, habitat);
        return await CommandAsync("up", file, "--yes");
    }

    public Task<CommandResult> CommandAsync(params string[] arguments) => Published.CreelAsync(Home, arguments);

    public async Task LaunchAsync()
    {
        var endpoint = Path.Combine(Home, "serve.json");
        File.Delete(endpoint);
        var start = new ProcessStartInfo(
            "/bin/sh",
            [
                "-c",
                $"{(openFiles is { } most ? $"ulimit -n {most}; " : "")}exec \"$0\" serve --http-port 0 --ws-port 0 --gateway-port 0 >>\"$1\" 2>&1",
                Published.Creel,
                Path.Combine(Home, "serve.log"),
            ]
        )
        {
            RedirectStandardInput = true,
        };
        start.Environment["CREEL_HOME"] = Home;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.StandardInput.Close();
        await Until(() => File.Exists(endpoint) || process.HasExited, TimeSpan.FromSeconds(60), "serve.json");
        if (process.HasExited)
        {
            throw new InvalidOperationException(
                $"creel serve ended with {process.ExitCode}: {await File.ReadAllTextAsync(Path.Combine(Home, "serve.log"))}"
            );
        }

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(endpoint));
        client?.Dispose();
        client = new HttpClient
        {
            BaseAddress = new Uri(json.RootElement.GetProperty("url").GetString()!),
            Timeout = TimeSpan.FromMinutes(2),
        };
        var token = (await File.ReadAllTextAsync(Path.Combine(Home, "admin.token"))).Trim();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>kill -9: nothing is said to anybody.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return await ReadAsync(response, path);
    }

    /// <summary>Sends a task and waits for its end.</summary>
    public async Task<JsonElement> TaskAsync(string agent, object payload, int seconds = 60)
    {
        using var response = await Http.PostAsJsonAsync($"/agents/{agent}/task?wait={seconds}", payload);
        return (await ReadAsync(response, $"task for {agent}")).GetProperty("task");
    }

    /// <summary>Runs a shell command in an agent's cell and gives what it printed, both streams.</summary>
    public async Task<(int ExitCode, string Output)> ExecAsync(string agent, string command)
    {
        var task = await TaskAsync(agent, new { type = "exec", command });
        var result = task.GetProperty("result");
        var text = new StringBuilder(result.GetProperty("stdout").GetString()).Append(result.GetProperty("stderr").GetString());
        return (result.GetProperty("exitCode").GetInt32(), text.ToString());
    }

    /// <summary>The runtimes of this serve's cells, by what their environment says.</summary>
    public IReadOnlyList<int> RuntimePids(string cell)
    {
        var pids = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid))
            {
                continue;
            }

            try
            {
                var command = File.ReadAllText($"{folder}/cmdline");
                if (
                    command.Split('\0')[0].EndsWith("creel-runtime", StringComparison.Ordinal)
                    && File.ReadAllText($"{folder}/environ").Split('\0').Contains($"CREEL_CELL={cell}")
                )
                {
                    pids.Add(pid);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is not ours to look at.
            }
        }

        return pids;
    }

    /// <summary>Kills what is the cell, while no serve runs that would start it again.</summary>
    public async Task EndCellAsync(string cell)
    {
        foreach (var pid in RuntimePids(cell))
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }

        await Until(() => RuntimePids(cell).Count == 0, TimeSpan.FromSeconds(30), "the cell's end");
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, string what)
    {
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{what}: {(int)response.StatusCode} {text}");
    }

    /// <summary>Polls until it holds. A deadline that passes is a failure that names what was waited for.</summary>
    public static async Task Until(Func<bool> condition, TimeSpan deadline, string what) =>
        await Until(() => Task.FromResult(condition()), deadline, what);

    public static async Task Until(Func<Task<bool>> condition, TimeSpan deadline, string what)
    {
        var clock = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (clock.Elapsed > deadline)
            {
                throw new TimeoutException($"waited {deadline.TotalSeconds:0} s for {what}");
            }

            await tick.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: true })
        {
            await LaunchAsync();
        }

        await CommandAsync("down", "--yes", "--delete-workspaces");

        // In order, so that it ends its proxy, too.
        using (var ask = Process.Start("kill", ["-TERM", $"{process!.Id}"]))
        {
            await ask.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        client?.Dispose();
        Directory.Delete(Home, recursive: true);
    }
}
