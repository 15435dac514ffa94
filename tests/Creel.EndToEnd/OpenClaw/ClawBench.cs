using System.Diagnostics;
using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd.OpenClaw;

/// <summary>
/// A <c>creel serve</c> with one agent whose brain is a real OpenClaw, and a scripted model behind its relay; all through the
/// command line, so that it may run in a container, too.
/// </summary>
internal sealed class ClawBench : IAsyncDisposable
{
    public const string Says = "Pong from the scripted model";

    /// <summary>A gateway that starts is ready within a minute on a machine that does nothing else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string[] enter;
    private readonly string folder;
    private readonly string creel;
    private readonly string tree;
    private Process? serve;
    private long lastKill;

    private ClawBench(string[] enter, string folder, string creel, string tree) =>
        (this.enter, this.folder, this.creel, this.tree) = (enter, folder, creel, tree);

    public ScriptedModel Model { get; private set; } = null!;

    public string Cell { get; private set; } = "";

    private string Home => Path.Combine(folder, "home");

    /// <param name="driver">Whose cell it is.</param>
    public static async Task<ClawBench> StartAsync(string driver)
    {
        var bench = driver == "systemd" && OpenClawFactAttribute.Container is { } container ? Inside(container) : Here();
        try
        {
            await bench.LaunchAsync();
            await bench.UpAsync(driver);
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    public Task<CommandResult> CreelAsync(params string[] arguments)
    {
        string[] all = [.. enter, creel, .. arguments, "--home", Home];
        return Published.RunAsync(all[0], Home, all[1..]);
    }

    /// <summary>The answer to a turn, when it has succeeded.</summary>
    public async Task<string> TurnAsync(string message)
    {
        var task = await SendAsync(new { type = "turn", message });
        task.GetProperty("state").GetString().ShouldBe("succeeded", task.ToString());
        return task.GetProperty("result").GetProperty("text").GetString()!;
    }

    public async Task<JsonElement> SendAsync(object task)
    {
        var sent = await CreelAsync("task", "send", "claw", JsonSerializer.Serialize(task), "--wait", "110", "--json");
        var json = JsonDocument.Parse(sent.Output).RootElement;
        return json.TryGetProperty("task", out var inner) ? inner : json;
    }

    /// <summary>The agent's port, here; until the process is ended.</summary>
    public Process Forward(int port, out int local)
    {
        var forward = Process.Start(
            new ProcessStartInfo(creel, ["forward", "claw", $"{port}:0", "--json", "--home", Home])
            {
                RedirectStandardOutput = true,
            }
        )!;
        using var json = JsonDocument.Parse(forward.StandardOutput.ReadLine()!);
        local = json.RootElement.GetProperty("localPort").GetInt32();
        return forward;
    }

    public async Task<JsonElement> CellAsync()
    {
        var cells = await CreelAsync("ps", "--json");
        cells.ExitCode.ShouldBe(0, cells.ToString());
        return JsonDocument.Parse(cells.Output).RootElement.GetProperty("cells")[0].Clone();
    }

    /// <param name="restarts">Of the brain in this cell, at least.</param>
    /// <param name="cells">Restarts of the cell itself, at least.</param>
    public Task HealthyAsync(int restarts = 0, int cells = 0) =>
        Serve.Until(
            async () =>
            {
                var cell = await CellAsync();
                return cell.GetProperty("connected").GetBoolean()
                    && cell.GetProperty("restarts").GetInt32() >= cells
                    && cell.GetProperty("health").GetProperty("timestamp").GetInt64() > lastKill
                    && cell.GetProperty("health").TryGetProperty("brain", out var brain)
                    && brain.GetProperty("state").GetString() == "healthy"
                    && brain.GetProperty("restarts").GetInt32() >= restarts;
            },
            Patience,
            "a healthy OpenClaw"
        );

    /// <summary>kill -9 of every process of the cell, as seen from outside.</summary>
    public void KillCell()
    {
        var killed = 0;
        foreach (
            var pid in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
        )
        {
            try
            {
                if (File.ReadAllText($"/proc/{pid}/environ").Split('\0').Contains($"CREEL_CELL={Cell}"))
                {
                    Process.GetProcessById(int.Parse(pid!)).Kill();
                    killed++;
                }
            }
            catch (Exception e)
                when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // It ended meanwhile, or is not ours to look at.
            }
        }

        killed.ShouldBeGreaterThan(0);
        lastKill = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    }

    public async ValueTask DisposeAsync()
    {
        if (serve is not null)
        {
            var down = await CreelAsync("down", "--yes", "--delete-workspaces");
            var pid = File.Exists($"{Home}/serve.json") ? ServePid() : 0;
            if (pid > 0)
            {
                string[] kill = [.. enter, "kill", "-9", $"{pid}"];
                await Published.RunAsync(kill[0], Home, kill[1..]);
            }

            serve.Kill(entireProcessTree: true);
            await serve.WaitForExitAsync();
            down.ExitCode.ShouldBe(0, down.ToString());
        }

        if (Model is not null)
        {
            await Model.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static ClawBench Here()
    {
        var folder = Directory.CreateTempSubdirectory("creel-claw-").FullName;
        // The cell's user passes through it to its sockets.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_001_001);
        return new ClawBench([], folder, Published.Creel, OpenClawFactAttribute.Tree!);
    }

    /// <summary>What the container sees of this machine is one folder: all that is needed goes there, the package by hard links.</summary>
    private static ClawBench Inside(string container)
    {
        var substrates = Environment.GetEnvironmentVariable("CREEL_SUBSTRATE_DIR") ?? "/var/tmp/creel-substrates";
        var work = Path.Combine(substrates, "systemd-work");
        var folder = Path.Combine(work, $"claw-{Guid.NewGuid():N}"[..13]);
        Directory.CreateDirectory(folder);
        Copy("-r", Published.Folder, Path.Combine(folder, "bin"));
        Copy("-al", OpenClawFactAttribute.Tree!, Path.Combine(folder, "tree"));
        return new ClawBench(
            ["docker", "exec", "--interactive", "--env=DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", container],
            folder,
            Path.Combine(folder, "bin", "creel"),
            Path.Combine(folder, "tree")
        );

        static void Copy(string how, string from, string to)
        {
            using var process = Process.Start("cp", [how, from, to]);
            process.WaitForExit();
            process.ExitCode.ShouldBe(0);
        }
    }

    private int ServePid()
    {
        using var json = JsonDocument.Parse(File.ReadAllText($"{Home}/serve.json"));
        return json.RootElement.GetProperty("pid").GetInt32();
    }

    private async Task LaunchAsync()
    {
        Directory.CreateDirectory(Home);
        string[] all =
        [
            .. enter,
            // The scripted model stands in the proxy's place: there must be none.
            "/usr/bin/env",
            "CREEL_PROXY=/nowhere/creel-proxy",
            creel,
            "serve",
            "--http-port",
            "0",
            "--ws-port",
            "0",
            "--home",
            Home,
            "--run-dir",
            Path.Combine(folder, "run"),
        ];
        serve = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", Path.Combine(folder, "serve.log"), .. all])
            {
                RedirectStandardInput = true,
            }
        )!;
        serve.StandardInput.Close();
        await Serve.Until(() => File.Exists($"{Home}/serve.json") || serve.HasExited, TimeSpan.FromMinutes(1), "serve.json");
        serve.HasExited.ShouldBeFalse(File.ReadAllText(Path.Combine(folder, "serve.log")));
    }

    private async Task UpAsync(string driver)
    {
        var file = Path.Combine(folder, "habitat.json5");
        var level = driver == "docker" ? "container" : "session";
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
              name: "claws",
              agents: {
                list: [
                  {
                    id: "claw", isolation: "{{level}}", driver: "{{driver}}", model: "anthropic/claude-sonnet-4-6",
                    brain: { kind: "openclaw", path: "{{tree}}" },
                  },
                ],
              },
            }
            """
        );
        var up = await CreelAsync("up", file, "--yes");
        up.ExitCode.ShouldBe(0, up.ToString());
        Cell = (await CellAsync()).GetProperty("id").GetString()!;
        Model = await ScriptedModel.StartAsync(Path.Combine(folder, "run", "proxy", Cell, "proxy.sock"), Says);
    }
}
