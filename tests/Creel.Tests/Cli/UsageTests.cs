using System.CommandLine;
using Creel.Commands;
using Creel.Roots;

namespace Creel.Tests.Cli;

public class UsageTests
{
    [Theory]
    [InlineData("pss", "'pss' is no verb of creel", "did you mean 'ps'?")]
    [InlineData("task sned", "'sned' is no verb of creel task", "did you mean 'send'?")]
    [InlineData("task", "creel task wants a verb", "one of: send, list, show, cancel, dead")]
    [InlineData("task send bart", "creel task send wants JSON", "see: creel task send --help")]
    [InlineData(
        "serve --http-port --ws-port 0",
        "--http-port of creel serve wants a value before '--ws-port'",
        "see: creel serve --help"
    )]
    [InlineData("ps --jsn", "'--jsn' is no option of creel ps", "did you mean '--json'?")]
    [InlineData("plan --lenint", "'--lenint' is no option of creel plan", "did you mean '--lenient'?")]
    [InlineData("exec bart --tiemout 5 ls", "'--tiemout' is no option of creel exec", "did you mean '--timeout'?")]
    [InlineData("serve --http-port 70000", "--http-port takes a port from 0 to 65535", "see: creel serve --help")]
    [InlineData("serve --http-port x", "--http-port takes a port from 0 to 65535", "see: creel serve --help")]
    [InlineData("token join --ttl soon", "--ttl 'soon' is no time", "write it as 90s, 30m, 12h or 7d")]
    [InlineData("forward bart web", "'web' is no port", "write it as 8080, or 8080:18080 for another port here")]
    [InlineData("shell bart", "a shell needs a terminal", "for pipes use: creel exec bart COMMAND")]
    [InlineData("completion tcsh", null, "see: creel completion --help")]
    [InlineData("logs bart -n -1", null, null)]
    public async Task A_wrong_command_line_exits_64_and_says_what_to_write(string line, string? message, string? remedy)
    {
        var run = await CliRun.RunAsync(line.Split(' '));

        run.ExitCode.ShouldBe(64, run.ToString());
        run.Output.ShouldBeEmpty();
        run.Error.ShouldStartWith($"creel: {message}");
        if (remedy is not null)
        {
            run.Error.ShouldEndWith($"  → {remedy}\n");
        }
    }

    [Fact]
    public async Task An_unknown_word_full_of_control_sequences_is_shown_plain()
    {
        var run = await CliRun.RunAsync("\x1b[2Jps\x1b]0;x\a");

        run.Error.ShouldNotContain("\x1b");
        run.ExitCode.ShouldBe(64);
    }

    [Fact]
    public async Task Every_verb_has_help_and_a_description()
    {
        foreach (var path in Verbs(Root(), []))
        {
            var run = await CliRun.RunAsync([.. path, "--help"]);

            run.ExitCode.ShouldBe(0, string.Join(' ', path));
            run.Output.ShouldContain("Usage:");
            run.Output.ShouldContain("--json");
            if (path[0] == "compat")
            {
                // What the older scripts call; nobody types it.
                continue;
            }

            var examples = run.Output.IndexOf("\nExample", StringComparison.Ordinal);
            examples.ShouldBePositive(string.Join(' ', path));
            run.Output[examples..].ShouldContain($"creel {string.Join(' ', path)}");
        }

        (await CliRun.RunAsync("task", "--help")).Output.ShouldContain("  creel task dead list");
    }

    [Fact]
    public async Task What_would_be_installed_is_an_object_with_json()
    {
        var run = await new CliRun.Setting { Home = "/nowhere/creel" }.RunAsync(
            "service",
            "install",
            "--dry-run",
            "--target",
            "systemd",
            "--json"
        );

        run.ExitCode.ShouldBe(0, run.ToString());
        var answer = System.Text.Json.JsonDocument.Parse(run.Output).RootElement;
        answer.GetProperty("home").GetString().ShouldBe("/nowhere/creel");
        answer.GetProperty("text").GetString()!.ShouldContain("\nExecStart=");
    }

    [Theory]
    [InlineData("agents", "agent")]
    [InlineData("tasks", "task")]
    [InlineData("drivers", "driver")]
    [InlineData("habitats", "habitat")]
    [InlineData("audits", "audit")]
    [InlineData("tokens", "token")]
    public void A_noun_may_be_said_in_the_plural(string plural, string noun) =>
        Root().Subcommands.Single(sub => sub.Name == noun).Aliases.ShouldContain(plural);

    [Fact]
    public async Task Nothing_typed_shows_help()
    {
        var run = await CliRun.RunAsync();

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("Usage:");
    }

    [Theory]
    [InlineData("task send a {} --wait", "task send a {} --wait=0")]
    [InlineData("task send --wait a {}", "task send --wait=0 a {}")]
    [InlineData("task send a {} --wait 30", "task send a {} --wait=30")]
    [InlineData("task send a {} --wait=30", "task send a {} --wait=30")]
    [InlineData("exec a -- task --wait", "exec a -- task --wait")]
    [InlineData("compat vm-agent task a {} --wait", "compat vm-agent task a {} --wait")]
    public void A_bare_wait_takes_no_word_after_it(string typed, string understood) =>
        WaitOption.Rewrite(typed.Split(' ')).ShouldBe(understood.Split(' '));

    [Theory]
    [InlineData("exec bart uname -sr", "exec bart -- uname -sr")]
    [InlineData("--json exec bart ls", "--json exec bart -- ls")]
    [InlineData("exec --home /x bart ls --home /y", "exec --home /x bart -- ls --home /y")]
    [InlineData("exec bart --timeout 5 --raw ls -la", "exec bart --timeout 5 --raw -- ls -la")]
    [InlineData("exec bart --timeout=5 grep -- x", "exec bart --timeout=5 -- grep -- x")]
    [InlineData("exec bart -- ls -la", "exec bart -- ls -la")]
    [InlineData("exec bart", "exec bart")]
    [InlineData("shell bart python3 -q", "shell bart -- python3 -q")]
    [InlineData("task send exec shell", "task send exec shell")]
    [InlineData("compat vm-agent exec bart ls --timeout 5", "compat vm-agent exec bart ls --timeout 5")]
    public void What_follows_the_agent_is_the_program_that_runs_there(string typed, string understood) =>
        CommandTail.Mark(Root(), typed.Split(' ')).ShouldBe(understood.Split(' '));

    [Fact]
    public async Task A_wrong_command_line_is_one_object_on_standard_output_with_json()
    {
        var run = await CliRun.RunAsync("task", "sned", "--json");

        run.ExitCode.ShouldBe(64);
        run.Error.ShouldBeEmpty();
        run.Output.ShouldBe(
            """{"error":{"code":"usage","message":"'sned' is no verb of creel task","remedy":"did you mean 'send'?","exitCode":64}}"""
                + "\n"
        );
    }

    [Theory]
    [InlineData("statsu", "status")]
    [InlineData("lst", "list")]
    [InlineData("sta", "start")]
    [InlineData("xyzzy", null)]
    public void The_nearest_word_is_within_two_edits(string typed, string? meant) =>
        Nearest.To(typed, ["list", "start", "status", "stop"]).ShouldBe(meant);

    private static RootCommand Root() =>
        new Creel.Commands.Cli(
            new Creel.Terminal.CommandIo
            {
                Input = Stream.Null,
                Output = Stream.Null,
                Out = TextWriter.Null,
                Error = TextWriter.Null,
                Variable = _ => null,
                WorkingFolder = "/",
            },
            new CliParts
            {
                Serve = (_, _) => Task.FromResult(0),
                Habitats = new OfflineHabitats((_, _) => (null, []), _ => "{}"),
                Contract = ContractFiles.Parts,
                Render = RenderRoot.Parts,
            }
        ).Build();

    private static IEnumerable<string[]> Verbs(Command command, string[] path) =>
        command
            .Subcommands.SelectMany(sub => Verbs(sub, [.. path, sub.Name]))
            .Concat(command is { Hidden: false, Subcommands.Count: 0 } ? [path] : []);
}
