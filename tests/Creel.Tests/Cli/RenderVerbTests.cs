using System.Text.Json;

namespace Creel.Tests.Cli;

/// <summary><c>creel render</c> as it is typed.</summary>
public sealed class RenderVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-render-verb-").FullName;

    private string Out => Path.Combine(folder, "out");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_answers_with_what_was_written_for_programs()
    {
        var run = await RunAsync(Rendering.Rendering.Two, "-o", Out, "--json");

        run.ExitCode.ShouldBe(0, run.ToString());
        using var answer = JsonDocument.Parse(run.Output);
        var group = answer.RootElement.GetProperty("groups")[0];
        group.GetProperty("group").GetString().ShouldBe("bart");
        group.GetProperty("target").GetString().ShouldBe("systemd");
        group.GetProperty("network").GetString().ShouldBe("internal");
        answer
            .RootElement.GetProperty("changes")
            .EnumerateArray()
            .ShouldContain(c => c.GetProperty("change").GetString() == "add");
        answer.RootElement.GetProperty("written").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_plan_shows_lines_of_open_files_and_no_secret()
    {
        await RunAsync(Rendering.Rendering.Two, "-o", Out);
        var token = (await File.ReadAllTextAsync(Path.Combine(Out, "bart/gateway-token.txt"))).Trim();

        var run = await RunAsync(Rendering.Rendering.Two.Replace("\"two\"", "\"three\""), "-o", Out, "--plan");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("~ openclaw-bart.service");
        run.Output.ShouldContain("+ Description=OpenClaw gateway of the group bart (three)");
        run.Output.ShouldNotContain(token);
        (await File.ReadAllTextAsync(Path.Combine(Out, "openclaw-bart.service"))).ShouldContain("(two)");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/.")]
    [InlineData("")]
    public async Task A_slash_after_the_folder_is_in_no_path(string ending)
    {
        await RunAsync(Rendering.Rendering.Two, "-o", Out + ending);

        var unit = await File.ReadAllTextAsync(Path.Combine(Out, "openclaw-bart.service"));
        unit.ShouldContain($"{Out}/bart/openclaw.session.json");
        unit.ShouldNotContain("//bart");
    }

    [Fact]
    public async Task A_slash_after_the_older_generators_folder_is_in_no_path_either()
    {
        var run = await new CliRun.Setting
        {
            Home = "/nowhere",
            Variables = new Dictionary<string, string>
            {
                ["AGENT_COUNT"] = "1",
                ["AGENT1_NAME"] = "bart",
                ["AGENT1_ISOLATION"] = "session",
                ["ISOLATION_GROUPS"] = "bart",
                ["SESSION_OUTPUT_DIR"] = Out + "/",
                ["CREEL_PROFILE"] = "hardened",
                ["DRY_RUN"] = "1",
            },
        }.RunAsync("compat", "generate-session-services");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.ShouldNotContain("brain");
        (await File.ReadAllTextAsync(Path.Combine(Out, "openclaw-bart.service"))).ShouldNotContain($"{Out}//");
    }

    [Fact]
    public async Task A_second_run_says_that_there_is_nothing_to_do()
    {
        await RunAsync(Rendering.Rendering.Two, "-o", Out);

        (await RunAsync(Rendering.Rendering.Two, "-o", Out)).Output.ShouldContain("nothing to do");
    }

    [Theory]
    [InlineData("--profile", "contract")]
    [InlineData("--target", "docker")]
    [InlineData("--network", "lan")]
    [InlineData("--user", "root")]
    [InlineData("--openclaw", "openclaw")]
    public async Task A_wrong_option_is_a_usage_error(string option, string value)
    {
        (await RunAsync(Rendering.Rendering.Two, "-o", Out, option, value)).ExitCode.ShouldBe(64);

        Directory.Exists(Out).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_folder_it_is_a_usage_error() => (await RunAsync(Rendering.Rendering.Two)).ExitCode.ShouldBe(64);

    [Fact]
    public async Task Rotate_says_whose_and_never_what()
    {
        await RunAsync(Rendering.Rendering.Two, "-o", Out);

        var run = await CliRun.RunAsync("render", "rotate", "-o", Out, "bart");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("bart: a new token is in bart/gateway-token.txt");
        run.Output.ShouldNotContain((await File.ReadAllTextAsync(Path.Combine(Out, "bart/gateway-token.txt"))).Trim());
        (await CliRun.RunAsync("render", "rotate", "-o", folder)).ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task The_contract_profile_writes_what_the_older_generators_did()
    {
        const string Old = """
            { "name": "Old", "isolation": "session", "agents": ["Claude", { "agent": "b", "isolation": "container" }] }
            """;

        var run = await RunAsync(Old, "-o", Out, "--profile", "contract", "--target", "systemd");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("  [Claude] port=18790 agents=1 → openclaw-Claude.service");
        run.Error.ShouldContain("can be guessed");
        (await File.ReadAllTextAsync(Path.Combine(Out, "Claude/openclaw.session.json"))).ShouldContain(
            "\"token\": \"session-Claude\""
        );
    }

    private async Task<CliRun> RunAsync(string habitat, params string[] args)
    {
        var file = Path.Combine(folder, "habitat.json5");
        await File.WriteAllTextAsync(file, habitat);
        var model = Rendering.Rendering.Habitat(habitat);
        return await new CliRun.Setting { Home = "/nowhere", Habitat = (model, []) }.RunAsync(["render", file, .. args]);
    }
}
