using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>A key is set and used, in every way that works and in many that don't; and it is nowhere but at the provider.</summary>
public class CanaryTests
{
    private readonly List<string> said = [];

    [PublishedFact]
    public async Task A_key_is_found_nowhere_but_at_the_provider()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        var serve = await Serve.StartAsync();
        string[] folders;
        try
        {
            var up = await serve.UpAsync(
                $$"""
                { name: "canary", upstreams: { anthropic: { baseUrl: "{{upstream.Url}}", dialect: "anthropic", local: true } },
                  isolation: "session", agents: { list: [
                    { id: "bart", default: true, driver: "bubblewrap", budget: { usd: 1, per: "day" } },
                    { id: "lisa", driver: "bubblewrap", models: ["anthropic/m-ok"], limits: { concurrent: 2 } } ] } }
                """
            );
            up.ExitCode.ShouldBe(0, up.ToString());
            (await serve.CommandAsync("key", "set", "anthropic")).ExitCode.ShouldNotBe(0);
            Heard(await WithInputAsync(serve, Canary.Key + "\n", "key", "set", "anthropic"), ok: true);
            Heard(await WithInputAsync(serve, Canary.Key, "key", "set", "anthropic", "--group", "lisa", "--json"), ok: true);
            Heard(await WithInputAsync(serve, Canary.Key + "\tx", "key", "set", "anthropic"), ok: false);
            await CallAsync(serve, "bart");
            upstream.Seen.Count(s => s.Contains($"x-api-key: {Canary.Key}\n")).ShouldBeGreaterThanOrEqualTo(6);
            await CallAsync(serve, "lisa");

            var status = JsonDocument.Parse((await serve.CommandAsync("proxy", "status", "--json")).Output).RootElement;
            var run = Path.GetDirectoryName(status.GetProperty("control").GetString())!;
            var proxy = status.GetProperty("status").GetProperty("processId").GetInt32();
            var home = HomeOf(proxy);
            folders = [serve.Home, home, run, "/var/crash", .. Canary.TemporaryFolders()];
            await LookAtEverythingAsync(serve);

            // Killed in the middle, it comes again with its key, and leaves no core.
            Process.GetProcessById(proxy).Kill();
            await Serve.Until(
                async () => (await serve.CommandAsync("key", "list")).Output.Contains("anthropic"),
                TimeSpan.FromMinutes(1),
                "the next proxy"
            );
            var before = upstream.Seen.Count(s => s.Contains(Canary.Key));
            await CallAsync(serve, "bart");
            upstream.Seen.Count(s => s.Contains(Canary.Key)).ShouldBeGreaterThan(before);

            Canary.InProcesses().ShouldBeEmpty();
            folders.SelectMany(Canary.InFiles).Distinct().ShouldBeEmpty();
            Heard(await serve.CommandAsync("key", "rm", "anthropic"), ok: true);
            (await serve.ExecAsync("bart", Call("m-ok"))).Output.ShouldStartWith("HTTP/1.1 401 ");
        }
        finally
        {
            await serve.DisposeAsync();
        }

        folders.SelectMany(Canary.InFiles).Distinct().ShouldBeEmpty();
        said.Where(text => Canary.In(text) is not null).ShouldBeEmpty();
        upstream.Seen.ShouldAllBe(s => !s.Contains("fake-key-of-the-agent"));
    }

    [Fact]
    public void It_would_be_found_in_any_shape()
    {
        for (var offset = 0; offset < 6; offset++)
        {
            byte[] bytes = [.. Encoding.ASCII.GetBytes("abcdef"[..offset]), .. Encoding.ASCII.GetBytes(Canary.Key + "xyz")];
            Canary.In(bytes).ShouldBe("plain");
            Canary.In(Convert.ToBase64String(bytes)).ShouldNotBeNull();
            Canary.In(Convert.ToHexString(bytes)).ShouldNotBeNull();
            Canary.In(Convert.ToHexStringLower(bytes)).ShouldNotBeNull();
        }

        Canary.In(Encoding.Unicode.GetBytes(Canary.Key)).ShouldNotBeNull();
        Canary.In("sk-canary-of-another-kind").ShouldBeNull();
    }

    [Fact]
    public void It_would_be_found_in_a_file_and_in_a_process()
    {
        var folder = Directory.CreateTempSubdirectory("creel-canary-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "log"), $"a line\nAuthorization: Bearer {Canary.Key}\n");
            Canary.InFiles(folder).ShouldHaveSingleItem();
            var start = new ProcessStartInfo("/bin/sleep", ["100"]);
            start.Environment["ANTHROPIC_API_KEY"] = Canary.Key;
            using var process = Process.Start(start)!;
            try
            {
                SpinWait.SpinUntil(() => Canary.InProcesses().Any(p => p.Contains($"/{process.Id}/")), 30_000).ShouldBeTrue();
            }
            finally
            {
                process.Kill();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Call(string model, string how = "http://127.0.0.1:18080/anthropic/v1/messages") =>
        $"curl -si -m 20 -H 'x-api-key: fake-key-of-the-agent' -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' "
        + $"-d '{{\"model\":\"{model}\",\"max_tokens\":10,\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}}]}}' {how}";

    /// <summary>What works, what the provider refuses, what the proxy refuses, and what only looks like a call.</summary>
    private async Task CallAsync(Serve serve, string agent)
    {
        foreach (var model in (string[])["m-ok", "m-stream", "m-cut", "m-429", "m-500", "m-529", "m-redirect"])
        {
            said.Add((await serve.ExecAsync(agent, Call(model))).Output);
        }

        foreach (
            var command in (string[])
                [
                    Call("m-ok", "http://127.0.0.1:18080/anthropic/v1/admin/keys"),
                    Call("m-ok", "http://127.0.0.1:18080/anthropic/../openai/v1/models"),
                    Call("m-ok", "http://127.0.0.1:18080/nowhere/v1/messages"),
                    Call("m-ok", "-x http://127.0.0.1:18080 http://169.254.169.254/latest/meta-data/"),
                    Call("m-ok", "-x http://127.0.0.1:18080 -p https://example.invalid/"),
                    Call("m-ok", "https://api.anthropic.com/v1/messages"),
                    "curl -si -m 20 -X TRACE http://127.0.0.1:18080/anthropic/v1/messages",
                    "curl -si -m 20 -d '{' -H 'content-type: application/json' http://127.0.0.1:18080/anthropic/v1/messages",
                    "env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; true",
                ]
        )
        {
            said.Add((await serve.ExecAsync(agent, command)).Output);
        }
    }

    private async Task LookAtEverythingAsync(Serve serve)
    {
        foreach (
            var command in (string[])
                [
                    "key list",
                    "proxy status",
                    "proxy log",
                    "proxy log --denied",
                    "egress list bart",
                    "ps",
                    "agent list",
                    "agent status bart",
                    "audit list",
                    "doctor",
                    "plan",
                    "driver list",
                    "task list",
                    "verify bart",
                    "logs bart",
                ]
        )
        {
            Heard(await serve.CommandAsync(command.Split(' ')));
            Heard(await serve.CommandAsync([.. command.Split(' '), "--json"]));
        }

        foreach (var path in (string[])["metrics", "health", "proxy", "proxy/calls", "proxy/denials", "egress/bart", "habitat"])
        {
            using var answer = await serve.Http.GetAsync(path);
            said.Add($"{answer}\n{await answer.Content.ReadAsStringAsync()}");
        }
    }

    private void Heard(CommandResult result, bool? ok = null)
    {
        said.Add(result.ToString());
        if (ok is { } wanted)
        {
            (result.ExitCode == 0).ShouldBe(wanted, result.ToString());
        }
    }

    private static Task<CommandResult> WithInputAsync(Serve serve, string input, params string[] arguments) =>
        Published.RunAsync(Published.Creel, serve.Home, arguments, input);

    /// <summary>Its own folder, as it was told.</summary>
    private static string HomeOf(int proxy)
    {
        var words = File.ReadAllText($"/proc/{proxy}/cmdline").Split('\0');
        return words[Array.IndexOf(words, "--home") + 1];
    }
}
