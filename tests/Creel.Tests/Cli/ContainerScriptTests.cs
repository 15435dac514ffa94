using System.Text;
using System.Text.Json;
using Creel.Commands.Compat.Containers;

namespace Creel.Tests.Cli;

/// <summary>The scripts of the old container project: what they asked of Docker, they ask of the server now.</summary>
public sealed partial class ContainerScriptTests : IAsyncLifetime
{
    private const string Id = "0197a000-0000-7000-8000-000000000001";
    private readonly string folder = Directory.CreateTempSubdirectory("creel-claws-").FullName;
    private ApiServer server = null!;

    public async Task InitializeAsync()
    {
        server = await ApiServer.StartAsync();
        Habitat("openclaw", "running", "running");
        server
            .On("GET /proxy", """{"up":false,"control":"/x","trouble":"none"}""")
            .On("POST /agents/openclaw-1/task", $$"""{"taskId":"{{Id}}","status":"sent"}""")
            .On("POST /agents/openclaw-2/task", $$"""{"taskId":"{{Id}}","status":"sent"}""")
            .On("POST /agents/openclaw-1/stop", "{}")
            .On("POST /agents/openclaw-1/start", "{}")
            .On("POST /agents/openclaw-2/start", "{}")
            .Lines("POST /habitat/agents", """{"event":"done","ok":true}""")
            .Lines("POST /habitat/apply", """{"event":"done","ok":true}""")
            .Lines("POST /habitat/down", """{"event":"done","ok":true}""")
            .Lines("DELETE /habitat/agents/openclaw-2", """{"event":"done","ok":true}""")
            .On("POST /habitat/plan", """{"steps":[]}""");
        Ended("succeeded", """{"text":"hi"}""");
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The recorded runs of the old scripts, each with what it asks of the server now, and with which exit code.</summary>
    [RecordedContainersFact]
    public async Task Every_recorded_run_has_its_counterpart()
    {
        using var recorded = JsonDocument.Parse(await File.ReadAllTextAsync(RecordedContainersFactAttribute.File));
        server.Stream("openclaw-1", PlayAsync);
        var seen = new HashSet<string>();
        foreach (var run in recorded.RootElement.EnumerateArray())
        {
            var script = run.GetProperty("script").GetString()!;
            string[] words = [.. run.GetProperty("args").EnumerateArray().Select(word => word.GetString()!)];
            var up =
                run.GetProperty("env").TryGetProperty("FAKE_RUNNING", out _)
                || words is ["run" or "exec" or "onboard" or "rm", ..];
            var state = up ? "running" : "stopped";
            Habitat("openclaw", state, state);
            var name = $"{script} {string.Join(' ', words)}".TrimEnd() + (up ? "" : " (down)");
            seen.Add(name);
            ContainerCounterparts.All.ShouldContainKey(name);
            var expected = ContainerCounterparts.All[name];

            var (now, asked) = await AskedAsync(script[..^3], words, expected.Endless);

            expected.Exits.ShouldContain(now.ExitCode, $"{name}: {now}");
            asked.ShouldBe(expected.Asks.Select(ask => ask.Replace("@DIR@", folder)), name);
            if (expected.SameWords)
            {
                (now.Output + now.Error).ShouldContain(FirstLine(run).Replace("@DIR@", folder), Case.Sensitive, name);
            }
        }

        seen.Count.ShouldBe(ContainerCounterparts.All.Count);
    }

    [Fact]
    public async Task An_answer_is_the_clis_own_object_wherever_it_stood()
    {
        const string Object = """{"payloads":[{"text":"D'oh"}],"meta":{"durationMs":5}}""";
        foreach (
            var given in new[]
            {
                JsonSerializer.Serialize(new { text = Object }),
                JsonSerializer.Serialize(new { text = $"[gateway] starting\n{{ not json\n  {Object}\nbye" }),
                JsonSerializer.Serialize(new { text = "", stderr = $"warning: old\n{Object}" }),
            }
        )
        {
            Ended("succeeded", given);
            var run = await RunAsync("bridge", ["send", "bart", "x"]);
            (run.ExitCode, run.Output).ShouldBe((0, $"{Object}\n"));
            run.Error.ShouldBe("Sending task to bart (openclaw-1)...\n");
        }

        Ended("succeeded", """{"text":"hi","sessionKey":"agent:a:b","raw":{"model":"m"} }""");
        var made = JsonDocument.Parse((await RunAsync("bridge", ["send", "bart", "x"])).Output).RootElement;
        made.GetProperty("payloads")[0].GetProperty("text").GetString().ShouldBe("hi");
        made.GetProperty("meta").GetProperty("durationMs").GetDouble().ShouldBe(1500);
        made.GetProperty("meta").GetProperty("agentMeta").GetProperty("model").GetString().ShouldBe("m");
    }

    [Theory]
    [InlineData("succeeded", """{"text":"{\"payloads\":[],\"meta\":{}}"}""", 124)]
    [InlineData("succeeded", """{"text":"{\"payloads\":[{\"text\":\"half\"}],\"meta\":{\"aborted\":true}}"}""", 124)]
    [InlineData("succeeded", """{"text":"{\"payloads\":[{\"text\":\"no\",\"isError\":true}]}"}""", 1)]
    [InlineData("succeeded", """{"text":""}""", 124)]
    [InlineData("succeeded", "null", 124)]
    [InlineData("timed-out", "null", 124)]
    [InlineData("failed", """{"stdout":"","stderr":"boom","exitCode":3}""", 1)]
    public async Task What_was_cut_off_is_no_success_whatever_it_says(string state, string result, int exit)
    {
        Ended(state, result);
        var run = await RunAsync("bridge", ["send", "bart", "x"]);
        run.ExitCode.ShouldBe(exit, run.ToString());
        run.Error.ShouldContain("Error: ");
    }

    [Theory]
    [InlineData("--timeout 5 bart hello", "hello", 5000)]
    [InlineData("bart --timeout 7 hello --async", "hello --async", 7000)]
    [InlineData("bart -- --async", "--async", 120000)]
    [InlineData("bart -", "from input", 120000)]
    [InlineData("bart - is a dash", "- is a dash", 120000)]
    [InlineData("--file @FILE@ bart", "from a file", 120000)]
    public async Task A_message_comes_as_words_by_input_or_by_file(string line, string message, int timeout)
    {
        var file = Path.Combine(folder, "message");
        await File.WriteAllTextAsync(file, "from a file\n");
        var run = await RunAsync("bridge", ["send", .. line.Replace("@FILE@", file).Split(' ')], "from input\n");
        run.ExitCode.ShouldBe(0, run.ToString());
        var task = JsonDocument.Parse(server.Requests.Single(r => r.Method == "POST").Body).RootElement;
        task.GetProperty("message").GetString().ShouldBe(message);
        task.GetProperty("timeout").GetInt32().ShouldBe(timeout);
    }

    [Theory]
    [InlineData("send --timeout x bart hello")]
    [InlineData("send --timeout 0 bart hello")]
    [InlineData("send --file a bart hello")]
    [InlineData("send --async")]
    [InlineData("send bart")]
    [InlineData("send -x hello")]
    [InlineData("send 0 hello")]
    [InlineData("send 1000 hello")]
    [InlineData("result")]
    [InlineData("frobnicate")]
    public async Task A_wrong_line_exits_64_and_asks_for_nothing(string line)
    {
        var run = await RunAsync("bridge", line.Split(' '));
        run.ExitCode.ShouldBe(64, run.ToString());
        server.Requests.ShouldNotContain(r => r.Method == "POST");
    }

    [Fact]
    public async Task A_task_that_is_not_waited_for_is_asked_about_later()
    {
        var sent = await RunAsync("bridge", ["send", "--async", "lisa", "hello"]);
        (sent.ExitCode, sent.Output).ShouldBe((0, $"{Id}\n"));
        Ended("running", "null");
        (await RunAsync("bridge", ["result", Id])).ExitCode.ShouldBe(124);
        Ended("succeeded", """{"text":"hi"}""");
        (await RunAsync("bridge", ["result", Id])).Output.ShouldContain("\"text\":\"hi\"");
        (await RunAsync("bridge", ["result", "nonsense"])).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Names_and_numbers_are_the_habitats()
    {
        var run = await RunAsync("bridge", ["send", "nobody", "x"]);
        run.ExitCode.ShouldBe(3);
        run.Error.ShouldBe("Error: unknown agent 'nobody'.\nKnown agents: bart (openclaw-1), lisa (openclaw-2)\n");
        foreach (var name in new[] { "LISA", "2", "openclaw-2" })
        {
            server.Requests.Clear();
            (await RunAsync("bridge", ["send", name, "x"])).ExitCode.ShouldBe(0);
            server.Requests.Single(r => r.Method == "POST").Path.ShouldBe("/agents/openclaw-2/task");
            server.Requests.Single(r => r.Method == "POST").Body.ShouldContain($"\"homer-{name.ToLowerInvariant()}\"");
        }

        var status = await RunAsync("bridge", ["status"]);
        status.Output.ShouldStartWith(
            "NAMES       IMAGE       STATUS  PORTS\nopenclaw-1  bubblewrap  Up      18789/tcp (dashboard: 18001)"
        );
    }

    [Fact]
    public async Task Up_makes_the_old_project_once_and_leaves_what_is_there()
    {
        Habitat("openclaw", "running", "stopped");
        var first = await RunAsync("manage", ["up"]);
        first.ExitCode.ShouldBe(0, first.ToString());
        first.Output.ShouldStartWith("Warning: the proxy has no key for anthropic.");
        var path = Path.Combine(folder, "habitat.json5");
        var model = Creel.Tests.Habitats.Habitat.Model(await File.ReadAllTextAsync(path));
        model.Agents.Select(a => (a.Id.Value, a.Name, a.Number)).ShouldBe([("openclaw-1", "Bart", 1), ("openclaw-2", "Lisa", 2)]);
        Directory.GetDirectories(Path.Combine(folder, "shared")).Length.ShouldBe(2);
        server.Requests.ShouldContain(r => r.Path == "/agents/openclaw-2/start");
        server.Requests.ShouldNotContain(r => r.Path == "/agents/openclaw-1/start");
        await File.AppendAllTextAsync(path, "// mine\n");
        await RunAsync("manage", ["up"]);
        (await File.ReadAllTextAsync(path)).ShouldEndWith("// mine\n");
    }

    [Fact]
    public async Task Another_projects_habitat_is_neither_replaced_nor_taken_down()
    {
        server.On("GET /habitat", """{"name":"other","file":"/srv/other/habitat.json5","agents":[],"groups":[]}""");
        foreach (var verb in new[] { "up", "down", "clean" })
        {
            var run = await RunAsync("manage", [verb]);
            run.ExitCode.ShouldBe(5, verb);
            run.Error.ShouldContain("/srv/other/habitat.json5");
        }

        server.Requests.ShouldNotContain(r => r.Path == "/habitat/down" || r.Path == "/habitat/apply");
    }

    [Fact]
    public async Task Rm_takes_out_what_add_put_in_and_stops_what_the_file_declares()
    {
        var added = await RunAsync("manage", ["rm", "2"]);
        (added.ExitCode, added.Output).ShouldBe(
            (0, "Stopping and removing openclaw-2...\nDone. Shared files remain in shared/openclaw-2/\n")
        );
        server.On(
            "DELETE /habitat/agents/openclaw-1",
            """{"error":"the agent 'openclaw-1' is declared in habitat.json5:9:7","code":"agent-declared","remedy":"Remove it there."}""",
            403
        );
        var declared = await RunAsync("manage", ["rm", "1"]);
        declared.ExitCode.ShouldBe(0, declared.ToString());
        declared.Error.ShouldContain("./manage.sh up starts it again");
        server.Requests.ShouldContain(r => r.Path == "/agents/openclaw-1/stop");
    }

    [Fact]
    public async Task Identities_arrive_whole_and_what_is_there_stays()
    {
        var disk = new Dictionary<string, string> { ["SOUL.md"] = "mine" };
        server.Stream(
            "openclaw-1",
            async (socket, context) =>
            {
                string[] command = [.. context.Request.Query["command"].Select(word => word!)];
                switch (command)
                {
                    case ["test", "-s", var file]:
                        await ApiServer.EndAsync(socket, disk.ContainsKey(file) ? 0 : 1);
                        break;
                    case ["/bin/sh", "-c", _, "sh", var file]:
                        var text = new StringBuilder();
                        while (await ApiServer.HearAsync(socket) is { IsText: false } piece)
                        {
                            text.Append(piece.Text);
                        }

                        disk[file] = text.ToString();
                        await ApiServer.SayAsync(socket, disk[file]);
                        await ApiServer.EndAsync(socket, 0);
                        break;
                    default:
                        disk["removed"] = command[^1];
                        await ApiServer.EndAsync(socket, 0);
                        break;
                }
            }
        );

        var run = await RunAsync("setup-identities", ["bart"]);

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe(
            "openclaw-1: IDENTITY.md written\nopenclaw-1: SOUL.md is there already\nopenclaw-1: USER.md written\n"
        );
        disk["IDENTITY.md"].ShouldContain("Name: Bart");
        (disk["SOUL.md"], disk["removed"]).ShouldBe(("mine", "BOOTSTRAP.md"));
        (await RunAsync("setup-identities", ["--force", "bart"])).ExitCode.ShouldBe(0);
        disk["SOUL.md"].ShouldContain("odd idea");
    }

    [Fact]
    public async Task The_skill_is_reviewed_by_its_hash_before_it_is_installed()
    {
        var placed = 0;
        var fail = false;
        server.Stream(
            "openclaw-1",
            async (socket, context) =>
            {
                string[] command = [.. context.Request.Query["command"].Select(word => word!)];
                if (command is ["/bin/sh", "-c", _, "sh", _, _, var url, _])
                {
                    await ApiServer.SayAsync(
                        socket,
                        fail ? "curl: (22) The requested URL returned error: 404" : $"text of {url}"
                    );
                    await ApiServer.EndAsync(socket, fail ? 22 : 0);
                    return;
                }

                placed++;
                await ApiServer.EndAsync(socket, 0);
            }
        );

        var first = await RunAsync("manage", ["moltbook-install", "1"]);
        (first.ExitCode, placed).ShouldBe((1, 0), first.ToString());
        var hash = first.Output.Split('\n').Single(line => line.EndsWith("all of them", StringComparison.Ordinal)).Trim()[..64];
        first.Error.ShouldContain($"--accept {hash}");
        (await RunAsync("manage", ["moltbook-install", "1", "--accept", new string('0', 64)])).ExitCode.ShouldBe(6);
        placed.ShouldBe(0);
        (await RunAsync("manage", ["moltbook-install", "1", "--accept", hash])).ExitCode.ShouldBe(0);
        placed.ShouldBe(1);
        fail = true;
        var failed = await RunAsync("manage", ["moltbook-install", "1", "--accept", hash]);
        (failed.ExitCode, placed).ShouldBe((1, 1));
        failed.Error.ShouldContain("404");
        failed.Error.ShouldContain("www.moltbook.com:443");
    }

    private static async Task PlayAsync(System.Net.WebSockets.WebSocket socket, Microsoft.AspNetCore.Http.HttpContext context)
    {
        string[] command = [.. context.Request.Query["command"].Select(word => word!)];
        await ApiServer.SayAsync(socket, string.Join('|', command));
        await ApiServer.EndAsync(socket, command[0] == "cat" ? 1 : 7);
    }

    private async Task<(CliRun Run, IReadOnlyList<string> Asked)> AskedAsync(string script, string[] words, bool endless)
    {
        server.Requests.Clear();
        using var stop = new CancellationTokenSource();
        var running = RunAsync(script, words, cancel: stop.Token);
        if (endless)
        {
            await Eventually.Until(() => server.Requests.Any(r => r.Path == "/health") || running.IsCompleted);
            await stop.CancelAsync();
        }

        var run = await running;
        return (
            run,
            [
                .. server
                    .Requests.Where(r => r.Method != "GET")
                    .Select(r => $"{r.Method} {r.Path} {By().Replace(r.Body, "")}".TrimEnd()),
            ]
        );
    }

    [System.Text.RegularExpressions.GeneratedRegex(",\"by\":\"[^\"]*\"")]
    private static partial System.Text.RegularExpressions.Regex By();

    /// <summary>Of what the old script said; where bash said it, of its usage.</summary>
    private static string FirstLine(JsonElement run)
    {
        var (output, error) = (run.GetProperty("stdout").GetString()!, run.GetProperty("stderr").GetString()!);
        var line = (output.Length > 0 ? output : error).Split('\n')[0];
        return line.IndexOf("Usage:", StringComparison.Ordinal) is > 0 and var at ? line[at..] : line;
    }

    private void Habitat(string brain, params string[] states)
    {
        var names = new[] { "Bart", "Lisa" };
        var agents = states.Select(
            (_, i) =>
                $$"""{"id":"openclaw-{{i + 1}}","name":"{{names[i]}}","group":"openclaw-{{i + 1}}","brain":"{{brain}}","number":{{i + 1}}}"""
        );
        var cells = states.Select(
            (state, i) =>
                $$"""{"id":"0000000{{i}}","agents":["openclaw-{{i + 1}}"],"driver":"bubblewrap","state":"{{state}}","connected":{{(state == "running" ? "true" : "false")}},"restarts":0}"""
        );
        server.On(
            "GET /habitat",
            $$"""{"name":"h","file":"{{folder}}/habitat.json5","agents":[{{string.Join(',', agents)}}],"groups":[]}"""
        );
        server.On("GET /cells", $$"""{"cells":[{{string.Join(',', cells)}}]}""");
        foreach (var i in Enumerable.Range(1, states.Length))
        {
            server.On($"GET /agents/openclaw-{i}/status", "{}");
        }
    }

    private void Ended(string state, string result) =>
        server.On(
            $"GET /tasks/{Id}",
            $$"""{"id":"{{Id}}","agent":"openclaw-1","state":"{{state}}","startedAt":1795248588000,"finishedAt":1795248589500,"result":{"success":true,"result":{{result}} } }"""
        );

    private Task<CliRun> RunAsync(
        string script,
        IEnumerable<string> words,
        string input = "",
        CancellationToken cancel = default
    ) =>
        new CliRun.Setting
        {
            Home = server.Home,
            Input = Encoding.UTF8.GetBytes(input),
            Variables = new() { [Project.FolderVariable] = folder },
            Cancel = cancel,
        }.RunAsync(["compat", script, "--", .. words]);
}
