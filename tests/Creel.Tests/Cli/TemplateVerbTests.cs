using System.Text.Json;
using Creel.Tests.Runtime;

namespace Creel.Tests.Cli;

/// <summary><c>creel template</c>: without a server.</summary>
public sealed class TemplateVerbTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Those_that_come_with_creel_are_right()
    {
        var run = await new CliRun.Setting { Home = "/" }.RunAsync("template", "check");
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldEndWith("templates: valid\n");
    }

    [Fact]
    public async Task What_is_wrong_in_a_folder_is_told_with_file_line_and_column_and_exits_1()
    {
        File.WriteAllText(folder["good.md"], "{{ agent_name }}");
        File.WriteAllText(folder["bad.md"], "one\n{% if x %}\ntwo");
        File.WriteAllText(folder["worse.md.j2"], "{{ x | shout }}");
        File.WriteAllText(folder["notes.txt"], "{{ not looked at");
        var here = Path.GetDirectoryName(folder["good.md"])!;

        var run = await new CliRun.Setting { Home = "/" }.RunAsync("template", "check", here);
        var json = await new CliRun.Setting { Home = "/" }.RunAsync("template", "check", here, "--json");

        run.ExitCode.ShouldBe(1);
        var lines = run.Error.TrimEnd('\n').Split('\n');
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith($"{folder["bad.md"]}:3:4: Unexpected end of template.");
        lines[1].ShouldStartWith($"{folder["worse.md.j2"]}:1:8: No filter named 'shout'.");
        json.ExitCode.ShouldBe(1);
        var root = JsonDocument.Parse(json.Output).RootElement;
        root.GetProperty("templates").GetInt32().ShouldBe(3);
        root.GetProperty("problems")[0].GetProperty("line").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task A_misspelt_name_is_told_wherever_it_stands()
    {
        File.WriteAllText(
            folder["SOUL.md"],
            "{{ agent_name }}\n{% if is_board_lead %}{{ agent_nmae }}{% endif %}{% include 'x.j2' %}"
        );
        File.WriteAllText(folder["x.j2"], "{% set own = 'a' %}{{ own }}{{ other | default('') }}");

        var run = await new CliRun.Setting { Home = "/" }.RunAsync("template", "check", Path.GetDirectoryName(folder["x.j2"])!);

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Error.ShouldBe($"{folder["SOUL.md"]}:2:26: 'agent_nmae' is undefined (did you mean 'agent_name'?)\n");
    }

    [Fact]
    public async Task What_is_included_must_be_there_and_what_is_nearly_one_of_ours_is_told()
    {
        File.WriteAllText(folder["AGENTS.md"], "{% include 'nix.md' %}{% include 'more.j2' %}{% include 'SOUL.md' %}");
        File.WriteAllText(folder["more.j2"], "more");
        File.WriteAllText(folder["SOLE.md"], "I am");

        var run = await new CliRun.Setting { Home = "/" }.RunAsync("template", "check", Path.GetDirectoryName(folder["x"])!);

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Error.ShouldBe(
            $"{folder["AGENTS.md"]}:1:4: there is no template 'nix.md' that it could include\n"
                + $"note: {folder["SOLE.md"]} takes no template's place; did you mean 'SOUL.md'?\n"
        );
    }

    [Fact]
    public async Task Of_those_that_are_nearly_its_name_the_nearest_is_meant()
    {
        File.WriteAllText(folder["TOOL.md"], "a tool");

        var run = await new CliRun.Setting { Home = "/" }.RunAsync("template", "check", folder["TOOL.md"]);

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.ShouldBe($"note: {folder["TOOL.md"]} takes no template's place; did you mean 'TOOLS.md'?\n");
    }

    [Fact]
    public async Task A_file_of_five_megabytes_is_refused_unread()
    {
        File.WriteAllText(folder["huge.md"], new string('x', 5 * 1024 * 1024));
        var run = await new CliRun.Setting { Home = "/" }.RunAsync("template", "check", folder["huge.md"]);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("huge.md:1:1: the template has 5242880 bytes");
    }

    [Fact]
    public async Task A_file_is_shown_as_its_agent_would_get_it()
    {
        var run = await PreviewAsync("lisa", "TOOLS.md");
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("BASE_URL=http://127.0.0.1:18080/creel");
        run.Output.ShouldContain("BOARD_ID=growth");
        run.Output.ShouldNotContain("AUTH_TOKEN");
        (await PreviewAsync("lisa", "HEARTBEAT.md")).Output.ShouldContain("Do not look for work");
        (await PreviewAsync("homer", "HEARTBEAT.md")).Output.ShouldContain("give it that one");
        (await PreviewAsync("homer", "USER.md")).Output.ShouldContain("Ten users");
        (await PreviewAsync("lisa", "SOUL.md")).Output.ShouldBe("I am <Lisa> & a Critic\n");
    }

    [Fact]
    public async Task Its_templates_may_be_ones_own()
    {
        File.WriteAllText(folder["AGENTS.md"], "{{ agent_id }} of {{ nothing }}");
        var run = await PreviewAsync("lisa", "AGENTS.md", "--templates", Path.GetDirectoryName(folder["AGENTS.md"])!);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("AGENTS.md:1:22: 'nothing' is undefined");
        run.Error.ShouldContain("default('')");
    }

    [Fact]
    public async Task One_at_a_gateway_elsewhere_is_shown_with_a_word_for_its_token()
    {
        var run = await PreviewAsync("maggie", "TOOLS.md");
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("AUTH_TOKEN=<token of maggie>\n");
        run.Output.ShouldContain("BASE_URL=http://127.0.0.1:PORT/creel");
        run.Output.ShouldContain("/w/workspace-mc-maggie");
        // As it would be, though it is left as it is.
        (await PreviewAsync("moe", "TOOLS.md")).Output.ShouldContain("/home/moe");
        (await PreviewAsync("mc-gateway-lab", "AGENTS.md")).ExitCode.ShouldBe(0);
        (await PreviewAsync("patty", "TOOLS.md")).Error.ShouldContain("Write gateways.far.baseUrl, as in \"https://host/creel\"");
    }

    [Fact]
    public async Task It_is_said_where_a_file_goes_that_a_newer_gateway_has_not_and_what_is_not_known_yet()
    {
        var tools = await PreviewAsync("maggie", "TOOLS.md");
        tools.Error.ShouldContain("note: PORT is that of creel serve, which does not run from here\n");
        tools.Error.ShouldContain(
            "note: a gateway of 2026.9 or later has no TOOLS.md: there this stands at the end of AGENTS.md\n"
        );
        (await PreviewAsync("maggie", "AGENTS.md")).Error.ShouldContain("TOOLS.md and HEARTBEAT.md stand at its end");
        (await PreviewAsync("lisa", "TOOLS.md")).Error.ShouldBeEmpty();
        var json = JsonElement.Parse((await PreviewAsync("maggie", "TOOLS.md", "--json")).Output);
        json.GetProperty("notes").GetArrayLength().ShouldBe(2);

        File.WriteAllText(folder["serve.json"], """{"url":"http://127.0.0.1:7123","pid":1,"version":"1"}""");
        var home = Path.GetDirectoryName(folder["serve.json"])!;
        var known = await PreviewAsync("maggie", "TOOLS.md", "--home", home);
        known.Output.ShouldContain("BASE_URL=http://127.0.0.1:7123/creel");
        known.Error.ShouldNotContain("PORT");
    }

    [Theory]
    [InlineData("bart", "SOUL.md", "no agent 'bart'")]
    [InlineData("lisa", "../../etc/passwd", "no template for '../../etc/passwd'")]
    public async Task What_is_not_there_exits_3(string agent, string file, string said)
    {
        var run = await PreviewAsync(agent, file);
        run.ExitCode.ShouldBe(3);
        run.Error.ShouldContain(said);
    }

    private async Task<CliRun> PreviewAsync(string agent, string file, params string[] more)
    {
        var habitat = folder["habitat.json5"];
        File.WriteAllText(habitat, Text);
        var reading = Habitats.Habitat.Read(Text);
        reading.Model.ShouldNotBeNull(string.Join("\n", reading.Problems));
        var setting = new CliRun.Setting { Home = "/", Habitat = (reading.Model, []) };
        return await setting.RunAsync(["template", "preview", agent, file, "--habitat", habitat, .. more]);
    }

    private const string Text = """
        {
            users: { marge: { name: "Marge Simpson" } },
            boards: { growth: { lead: "homer", user: "marge", objective: "Ten users", goalConfirmed: true, successMetrics: { users: 10 } } },
            agents: { list: [
                { id: "homer", provision: { board: "growth" } },
                { id: "lisa", name: "<Lisa>", provision: { board: "growth", profile: { role: "Critic" },
                    soulTemplate: "I am {{ agent_name }} & a {{ identity_role }}" } },
            ] },
            gateways: {
                lab: { url: "ws://127.0.0.1:1", workspaceRoot: "/w", main: true,
                    agents: { maggie: {}, moe: { session: "agent:moe:main", workspace: "/home/moe", files: false } } },
                far: { url: "wss://claw.example", workspaceRoot: "/w", agents: { patty: {} } },
            },
        }
        """;
}
