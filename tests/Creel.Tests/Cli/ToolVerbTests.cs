using System.Text.Json;
using Creel.Tests.Runtime;

namespace Creel.Tests.Cli;

public sealed class ToolVerbTests : IDisposable
{
    private const string Text = """
        {
            channels: { telegram: { groups: {
                '*': { tools: { deny: ['read'] } },
                '-100': { toolsBySender: { 'username:ann': { allow: ['read'] } }, topics: { '4': { tools: { deny: ['edit'] } } } },
            } } },
            tools: { deny: ['web_fetch'], toolsBySender: { 'id:66': { deny: ['write'] } }, elevated: { allowFrom: { telegram: ['4711'] } } },
            agents: { list: [{ id: 'ada', model: 'anthropic/m', tools: { profile: 'coding', byProvider: { openai: { deny: ['exec'] } } } }] },
        }
        """;

    private readonly TestFolder folder = new();
    private readonly string file;

    public ToolVerbTests()
    {
        file = folder["habitat.json5"];
        File.WriteAllText(file, "{}");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Explain_names_the_step_that_took_a_tool_away()
    {
        var run = await RunAsync("ada");
        run.ExitCode.ShouldBe(0, run.ToString());
        Line(run, "read").ShouldContain("✓");
        Line(run, "web_fetch").ShouldContain("profile coding does not allow it");
        Line(run, "cron").ShouldContain("allowed, but the native brain has none");
        Line(run, "exec").ShouldContain("✓");
        Line(await RunAsync("ada", "--model", "openai/gpt-5-mini"), "exec").ShouldContain("tools.byProvider[openai] denies exec");
        Line(await RunAsync("ada", "--subagent"), "sessions_send").ShouldContain("tools.subagents.tools denies sessions_send");
        Line(await RunAsync("ada", "--not-owner"), "cron").ShouldContain("owners only");
    }

    [Fact]
    public async Task As_json_it_has_each_tool_and_whether_somebody_may_ask_for_the_elevated()
    {
        var run = await RunAsync("ada", "--json", "--channel", "telegram", "--sender", "12");
        var json = JsonDocument.Parse(run.Output).RootElement;
        json.GetProperty("tools").EnumerateArray().Count(t => t.GetProperty("there").GetBoolean()).ShouldBeGreaterThan(5);
        json.GetProperty("elevated").GetProperty("allowed").GetBoolean().ShouldBeFalse();
        json.GetProperty("elevated")
            .GetProperty("why")
            .GetString()
            .ShouldBe("tools.elevated.allowFrom.telegram does not list them");
    }

    [Theory]
    [InlineData("group:-5", "1", null, "read", "channels.telegram.groups[*].tools denies read")]
    [InlineData("group:-100", "1", "ann", "exec", "channels.telegram.groups[-100].toolsBySender[username:ann] does not allow it")]
    [InlineData("group:-100:topic:4", "1", "ann", "edit", "channels.telegram.groups[-100].topics[4].tools denies edit")]
    [InlineData("direct:66", "66", null, "write", "tools.toolsBySender[id:66] denies write")]
    public async Task It_tells_what_a_room_and_a_sender_are_limited_to(
        string peer,
        string sender,
        string? username,
        string tool,
        string why
    )
    {
        string[] args = ["--channel", "telegram", "--peer", peer, "--sender", sender];
        var run = await RunAsync("ada", username is null ? args : [.. args, "--username", username]);
        run.ExitCode.ShouldBe(0, run.ToString());
        Line(run, tool).ShouldContain(why);
    }

    [Theory]
    [InlineData()]
    [InlineData("--account", "known-by-its-token-alone")]
    [InlineData("--account", "default")]
    public async Task An_account_without_a_section_is_limited_as_its_channel_says(params string[] account)
    {
        var run = await RunAsync("ada", ["--channel", "Telegram", "--peer", "group:-5", "--sender", "1", .. account]);

        run.ExitCode.ShouldBe(0, run.ToString());
        Line(run, "read").ShouldContain("channels.telegram.groups[*].tools denies read");
    }

    [Fact]
    public async Task A_sender_without_a_channel_is_refused() =>
        (await RunAsync("ada", "--sender", "66")).ToString().ShouldContain("say where: --channel");

    [Fact]
    public async Task An_agent_that_is_not_there_exits_3() => (await RunAsync("nobody")).ExitCode.ShouldBe(3);

    private static string Line(CliRun run, string tool) =>
        run.Output.Split('\n').Single(l => l.StartsWith(tool + " ", StringComparison.Ordinal)).TrimEnd();

    private Task<CliRun> RunAsync(string agent, params string[] more)
    {
        var reading = Creel.Tests.Habitats.Habitat.Read(Text);
        return new CliRun.Setting { Home = "/nowhere/creel", Habitat = (reading.Model!, []) }.RunAsync([
            "tool",
            "explain",
            agent,
            "--habitat",
            file,
            .. more,
        ]);
    }
}
