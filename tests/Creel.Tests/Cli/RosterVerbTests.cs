using System.Text.Json;

namespace Creel.Tests.Cli;

/// <summary>agent add, bind, unbind, bindings, list --bindings, delete.</summary>
public sealed class RosterVerbTests : IAsyncLifetime
{
    private const string Roster =
        """{"agents":[{"id":"main","workspace":"/w/main","bindings":1,"isDefault":true,"bindingDetails":["telegram"],"matches":[{"channel":"telegram"}]},{"id":"work","name":"Work","identityEmoji":"🦞","workspace":"/w/work","agentDir":"/s/agents/work/agent","model":"a/b","bindings":0,"isDefault":false,"bindingDetails":[],"matches":[]}]}""";

    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Add_says_what_became_of_each_rule_and_what_mends_a_conflict()
    {
        const string answer =
            """{"agentId":"coding","name":"Coding","workspace":"/w/coding","bindings":{"added":["telegram accountId=coding"],"updated":[],"skipped":[],"conflicts":["irc (agent=main)"]}}""";
        server.On("POST /habitat/roster", answer);

        var run = await CliRun.RunAsync(server, "agent", "add", "Coding", "--bind", "telegram:coding", "--bind", "irc");

        run.ExitCode.ShouldBe(5, run.ToString());
        run.Error.ShouldContain("  → another agent has it; take it from that one first: creel agent unbind");
        run.Output.ShouldBe(
            "added coding: its workspace is /w/coding\nadded: telegram accountId=coding\nconflict: irc (agent=main)\n"
        );
    }

    [Fact]
    public async Task A_rule_that_another_agent_has_exits_5_with_what_to_do()
    {
        server.On(
            "POST /habitat/bindings",
            """{"agentId":"a","added":[],"updated":[],"skipped":[],"conflicts":["irc (agent=main)"]}"""
        );

        var run = await CliRun.RunAsync(server, "agent", "bind", "--agent", "a", "--bind", "irc");

        run.ExitCode.ShouldBe(5, run.ToString());
        run.Error.ShouldContain("creel agent unbind --agent AGENT --bind BINDING");
    }

    [Fact]
    public async Task To_bind_nothing_is_a_wrong_command_line()
    {
        var run = await CliRun.RunAsync(server, "agent", "bind", "--agent", "a");

        run.ExitCode.ShouldBe(64, run.ToString());
        run.Error.ShouldContain("creel agent bind --agent bart --bind telegram:coding");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bind_prints_the_shape_that_openclaw_prints()
    {
        server.On(
            "POST /habitat/bindings",
            """{"agentId":"a","added":[],"updated":["telegram accountId=x"],"skipped":[],"conflicts":[]}"""
        );

        var run = await CliRun.RunAsync(server, "agent", "bind", "--agent", "a", "--bind", "telegram:x", "--json");

        run.ExitCode.ShouldBe(0, run.ToString());
        JsonDocument
            .Parse(run.Output)
            .RootElement.EnumerateObject()
            .Select(p => p.Name)
            .ShouldBe(["agentId", "added", "updated", "skipped", "conflicts"]);
    }

    [Theory]
    [InlineData("agent", "unbind")]
    [InlineData("agent", "unbind", "--all", "--bind", "irc")]
    public async Task Unbind_wants_to_know_which(params string[] words) =>
        (await CliRun.RunAsync(server, words)).ExitCode.ShouldBe(64);

    [Fact]
    public async Task List_with_bindings_is_an_array_without_what_is_not_said()
    {
        server.On("GET /habitat/roster", Roster);

        var run = await CliRun.RunAsync(server, "agent", "list", "--bindings", "--json");

        var list = JsonDocument.Parse(run.Output).RootElement;
        list[0].EnumerateObject().Select(p => p.Name).ShouldBe(["id", "workspace", "bindings", "isDefault", "bindingDetails"]);
        list[1].GetProperty("agentDir").GetString().ShouldBe("/s/agents/work/agent");
    }

    [Fact]
    public async Task For_people_each_agent_has_its_lines()
    {
        server.On("GET /habitat/roster", Roster);

        var run = await CliRun.RunAsync(server, "agent", "list", "--bindings");

        run.Output.ShouldContain("- main (default)\n");
        run.Output.ShouldContain("    - telegram\n");
        run.Output.ShouldContain("- work (Work)\n");
        (await CliRun.RunAsync(server, "agent", "bindings")).Output.ShouldContain("main   telegram");
        (await CliRun.RunAsync(server, "agent", "bindings", "--agent", "ghost")).ExitCode.ShouldBe(3);
    }
}
