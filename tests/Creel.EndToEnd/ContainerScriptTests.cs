using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>The old container project's scripts, as links in its folder, on cells.</summary>
public sealed class ContainerScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-claws-").FullName;

    private string Project => Path.Combine(folder, "project");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PublishedFact]
    public async Task Homer_talks_to_two_agents_and_adds_a_third()
    {
        await using var serve = await Serve.StartAsync();
        Install();

        // What openclaw agent --json prints, on standard error behind a line of its log, as older versions do.
        const string Habitat = """
            {
              name: "claws",
              agents: {
                defaults: { brain: { kind: "command", command: ["/bin/sh", "-c",
                  "m=$(cat); echo 'log {' >&2; case $m in slow) sleep 60;; cut) echo '{\"payloads\":[],\"meta\":{}}'; exit;; esac; \
                  printf '{\"payloads\":[{\"text\":\"%s %s\"}],\"meta\":{\"session\":\"%s\"}}\\n' \"$CREEL_AGENT\" \"$m\" \"$CREEL_SESSION_KEY\" >&2"] } },
                list: [
                  { id: "openclaw-1", name: "Bart", workspace: "shared/openclaw-1" },
                  { id: "openclaw-2", name: "Lisa", workspace: "shared/openclaw-2" },
                ],
              },
            }
            """;
        Directory.CreateDirectory(Path.Combine(Project, "shared", "openclaw-1"));
        Directory.CreateDirectory(Path.Combine(Project, "shared", "openclaw-2"));
        await File.WriteAllTextAsync(Path.Combine(Project, "habitat.json5"), Habitat);

        var up = await RunAsync(serve, "manage.sh", "up");
        up.ExitCode.ShouldBe(0, up.ToString());
        up.Output.ShouldContain("openclaw-2  bubblewrap");
        Answer(await RunAsync(serve, "bridge.sh", "send", "BART", "-x", "hello")).ShouldBe(("openclaw-1 -x hello", "homer-bart"));
        Answer(await RunAsync(serve, "bridge.sh", "send", "2", "hello")).ShouldBe(("openclaw-2 hello", "homer-2"));
        (await RunAsync(serve, "bridge.sh", "send", "--timeout", "1", "lisa", "slow")).ExitCode.ShouldBe(124);
        (await RunAsync(serve, "bridge.sh", "send", "lisa", "cut")).ExitCode.ShouldBe(124);
        var sent = await RunAsync(serve, "bridge.sh", "send", "--async", "lisa", "later");
        Answer(await RunAsync(serve, "bridge.sh", "result", "--timeout", "60", sent.Output.Trim()))
            .Text.ShouldBe("openclaw-2 later");

        (await RunAsync(serve, "bridge.sh", "identity", "bart")).ExitCode.ShouldBe(3);
        (await RunAsync(serve, "setup-identities.sh")).ExitCode.ShouldBe(0);
        (await RunAsync(serve, "bridge.sh", "identity", "bart")).Output.ShouldContain("Name: Bart");
        (await File.ReadAllTextAsync(Path.Combine(Project, "shared", "openclaw-2", "SOUL.md"))).ShouldContain(
            "Check before you claim"
        );

        (await RunAsync(serve, "manage.sh", "add", "3")).Output.ShouldBe("Starting openclaw-3...\nopenclaw-3 is running.\n");
        Answer(await RunAsync(serve, "bridge.sh", "send", "3", "hi")).Text.ShouldBe("openclaw-3 hi");
        var ran = await RunAsync(serve, "manage.sh", "exec", "3", "sh", "-c", "echo 'a  b'; exit 5");
        (ran.ExitCode, ran.Output).ShouldBe((5, "a  b\n"));
        (await RunAsync(serve, "manage.sh", "rm", "3")).ExitCode.ShouldBe(0);
        (await RunAsync(serve, "manage.sh", "rm", "2")).ExitCode.ShouldBe(0);
        (await RunAsync(serve, "bridge.sh", "send", "lisa", "x")).ExitCode.ShouldBe(4);
        (await RunAsync(serve, "bridge.sh", "send", "3", "x")).ExitCode.ShouldBe(3);
        (await RunAsync(serve, "manage.sh", "up")).ExitCode.ShouldBe(0);
        Answer(await RunAsync(serve, "bridge.sh", "send", "lisa", "back")).Text.ShouldBe("openclaw-2 back");
        (await RunAsync(serve, "manage.sh", "clean")).ExitCode.ShouldBe(0);
        File.Exists(Path.Combine(Project, "shared", "openclaw-1", "IDENTITY.md")).ShouldBeTrue();
    }

    private static (string Text, string Session) Answer(CommandResult run)
    {
        run.ExitCode.ShouldBe(0, run.ToString());
        var answer = JsonDocument.Parse(run.Output).RootElement;
        return (
            answer.GetProperty("payloads")[0].GetProperty("text").GetString()!,
            answer.GetProperty("meta").GetProperty("session").GetString()!
        );
    }

    private void Install()
    {
        var installed = Directory.CreateDirectory(Path.Combine(folder, "installed")).FullName;
        Directory.CreateDirectory(Project);
        File.CreateSymbolicLink(Path.Combine(installed, "creel"), Published.Creel);
        foreach (var script in new[] { "manage.sh", "bridge.sh", "setup-identities.sh" })
        {
            File.Copy(Path.Combine(Published.Root, "compat", script), Path.Combine(installed, script));
            File.CreateSymbolicLink(Path.Combine(Project, script), Path.Combine(installed, script));
        }
    }

    private Task<CommandResult> RunAsync(Serve serve, string script, params string[] words) =>
        Published.RunAsync("/bin/sh", serve.Home, [Path.Combine(Project, script), .. words]);
}
