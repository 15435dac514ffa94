using System.Text.Json;
using Creel.Core;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Cli;

/// <summary>Before <c>creel provision</c>: of files that are wrong is told, and what nobody brings back is named and asked for.</summary>
public sealed class ProvisionConsentVerbTests : IAsyncLifetime
{
    private const string Wrong =
        """{"file":"/h.json5","notice":"the files are wrong, and what was right before stays in force: h.json5:3:5 no such key","wrong":true}""";

    private const string Pruned =
        """{"gateways":[{"gateway":"prod","work":true,"agents":[],"leaving":[{"agent":"maggie","id":"mc-maggie","act":"removed"}]}]}""";

    private const string Nothing = """{"event":"done","ok":true,"seconds":1,"agents":[]}""";

    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Who_provisions_what_was_right_before_is_told_that_the_files_are_wrong()
    {
        server.On("POST /habitat/look", Wrong);
        server.Lines("POST /provision", Nothing);
        server.On("POST /provision/plan", """{"gateways":[]}""");

        var run = await CliRun.RunAsync(server, "provision");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.ShouldStartWith(
            "note: the files are wrong, and what was right before stays in force: h.json5:3:5 no such key\n"
        );
        (await CliRun.RunAsync(server, "provision", "--plan")).Error.ShouldStartWith("note: the files are wrong");
        (await CliRun.RunAsync(server, "provision", "--prune")).ExitCode.ShouldBe(0, "nobody would go");
    }

    [Fact]
    public async Task A_file_that_is_named_and_wrong_is_refused()
    {
        var file = Path.Combine(server.Home, "habitat.json5");
        await File.WriteAllTextAsync(file, "{");
        server.On("GET /habitat", $$"""{"name":"x","file":"{{file}}"}""");
        server.On("POST /habitat/look", Wrong);
        server.On("POST /provision/plan", """{"gateways":[]}""");

        foreach (
            var line in (string[][])
                [
                    ["provision", file],
                    ["provision", file, "--plan"],
                ]
        )
        {
            var run = await CliRun.RunAsync(server, line);

            run.ExitCode.ShouldBe(ExitCodes.Invalid, run.ToString());
            run.Error.ShouldContain("no such key");
            run.Error.ShouldContain("creel habitat check /h.json5");
        }

        server.Requests.ShouldNotContain(r => r.Path.StartsWith("/provision", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("provision --prune --yes")]
    [InlineData("provision --overwrite --yes")]
    [InlineData("provision sync --gateway prod")]
    public async Task While_the_files_are_wrong_nothing_is_taken_away_or_written_over(string line)
    {
        server.On("POST /habitat/look", Wrong);
        Overwriting(
            """{"gateways":[{"gateway":"prod","work":true,"leaving":[{"agent":"maggie","id":"m","act":"removed"}],"agents":[{"agent":"lisa","id":"lisa","work":true,"files":[{"name":"MEMORY.md","act":"ACT","why":""}]}]}]}"""
        );

        var run = await CliRun.RunAsync(server, line.Split(' '));

        run.ExitCode.ShouldBe(ExitCodes.Invalid, run.ToString());
        server.Requests.ShouldNotContain(r => r.Path == "/provision" || r.Path == "/provision/sync");
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("\n", 1)]
    public async Task Who_would_be_taken_away_is_named_and_goes_only_when_that_is_meant(string typed, int code)
    {
        server.On("POST /provision/plan", Pruned);
        server.Lines("POST /provision", Nothing);

        var run = await CliRun.Setting.Typing(server, typed).RunAsync("provision", "--prune");

        run.ExitCode.ShouldBe(code, run.ToString());
        run.Error.ShouldStartWith(
            "  - maggie, at prod\nTake away 1 agent, with files and conversation? It can't be undone. [y/N] "
        );
        server.Requests.Count(r => r.Path == "/provision").ShouldBe(1 - code);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_nobody_is_taken_away_without_yes()
    {
        server.On("POST /provision/plan", Pruned);
        server.Lines("POST /provision", Nothing);

        (await CliRun.RunAsync(server, "provision", "--prune")).ExitCode.ShouldBe(ExitCodes.Usage);
        server.Requests.ShouldNotContain(r => r.Path == "/provision");
        (await CliRun.RunAsync(server, "provision", "--prune", "--yes")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_gateway_that_cant_be_looked_at_may_lose_what_nobody_sees()
    {
        server.On("POST /provision/plan", """{"gateways":[{"gateway":"gone","work":false,"error":"nobody listens"}]}""");

        var run = await CliRun.Setting.Typing(server, "\n").RunAsync("provision", "--prune");

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Error.ShouldContain("at gone, where nobody can see now what that is?");
    }

    [Fact]
    public async Task Only_files_that_would_stay_without_it_are_asked_for_before_they_are_written_over()
    {
        Overwriting(
            """{"gateways":[{"gateway":"prod","work":true,"agents":[{"agent":"lisa","id":"lisa","work":true,"files":[{"name":"SOUL.md","act":"write","why":""},{"name":"MEMORY.md","act":"ACT","why":""}]}]}]}"""
        );
        server.Lines("POST /provision", Nothing);

        var run = await CliRun.Setting.Typing(server, "y\n").RunAsync("provision", "--overwrite");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.ShouldStartWith("  ~ lisa, at prod: MEMORY.md\nReplace files of 1 agent with ours? It can't be undone. [y/N] ");
    }

    [Fact]
    public async Task What_only_the_agent_changed_is_in_no_plan_that_leaves_it_and_is_asked_for_all_the_same()
    {
        const string Token = """{"name":"TOOLS.md","act":"write","why":"its token is replaced"}""";
        Overwriting(
            Lisa(
                $$"""{"name":"MEMORY.md","act":"write","why":"asked for"},{{Token}},{"name":"USER.md","act":"write","why":"asked for"}"""
            ),
            Lisa($$"""{{Token}},{"name":"USER.md","act":"write","why":"its token is replaced"}""")
        );

        var run = await CliRun.Setting.Typing(server, "\n").RunAsync("provision", "--overwrite");

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Error.ShouldStartWith(
            "  ~ lisa, at prod: MEMORY.md, USER.md\nReplace files of 1 agent with ours? It can't be undone. "
        );
        server.Requests.ShouldNotContain(r => r.Path == "/provision");
    }

    [Theory]
    [InlineData("", "  ~ lisa, at prod: MEMORY.md\nReplace files of 1 agent with ours?")]
    [InlineData(
        " --include-main",
        "  ~ lisa, at prod: MEMORY.md\n  ~ keeper, at prod: MEMORY.md\nReplace files of 2 agents with ours?"
    )]
    public async Task A_sync_asks_only_for_those_whom_it_would_touch(string more, string asked)
    {
        Overwriting(
            """
            {"gateways":[{"gateway":"prod","work":true,"agents":[
              {"agent":"lisa","id":"lisa","work":true,"files":[{"name":"MEMORY.md","act":"ACT","why":""}]},
              {"agent":"keeper","id":"keeper","main":true,"work":true,"files":[{"name":"MEMORY.md","act":"ACT","why":""}]},
              {"agent":"moe","id":"moe","creates":true,"work":true,"files":[{"name":"MEMORY.md","act":"ACT","why":""}]}]}]}
            """
        );
        server.Lines("POST /provision/sync", Nothing);
        var line = $"provision sync --gateway prod --overwrite{more}".Split(' ');

        var run = await CliRun.Setting.Typing(server, "\n").RunAsync(line);

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Error.ShouldStartWith(asked);
        server.Requests.ShouldNotContain(r => r.Path == "/provision/sync");
        (await CliRun.RunAsync(server, line)).ExitCode.ShouldBe(ExitCodes.Usage);
        (await CliRun.RunAsync(server, [.. line, "--yes"])).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("provision --overwrite", "  ~ and 1 more: add --plan to see all\n")]
    [InlineData(
        "provision sync --gateway prod --overwrite",
        "  ~ and 1 more: see all with: creel provision --gateway prod --overwrite --plan\n"
    )]
    public async Task Of_many_some_are_named_and_it_is_said_how_all_are_seen(string line, string said)
    {
        var agents = Enumerable
            .Range(10, 21)
            .Select(i =>
                $$"""{"agent":"a{{i}}","id":"a{{i}}","work":true,"files":[{"name":"MEMORY.md","act":"ACT","why":""}]}"""
            );
        Overwriting($$"""{"gateways":[{"gateway":"prod","work":true,"agents":[{{string.Join(',', agents)}}]}]}""");

        var run = await CliRun.Setting.Typing(server, "\n").RunAsync(line.Split(' '));

        run.Error.ShouldContain($"  ~ a29, at prod: MEMORY.md\n{said}");
    }

    [Fact]
    public async Task As_seed_nobody_is_asked()
    {
        server.Lines("POST /provision", Nothing);

        var run = await CliRun.RunAsync(server, "provision", "--as", "seed", "--overwrite");

        run.ExitCode.ShouldBe(0, run.ToString());
        server.Requests.ShouldNotContain(r => r.Path == "/provision/plan");
    }

    private static string Lisa(string files) =>
        $$"""{"gateways":[{"gateway":"prod","work":true,"agents":[{"agent":"lisa","id":"lisa","work":true,"files":[{{files}}]}]}]}""";

    /// <summary>A plan in which ACT is what becomes of a file, with and without writing over it.</summary>
    private void Overwriting(string plan) =>
        Overwriting(
            plan.Replace("ACT", "write", StringComparison.Ordinal),
            plan.Replace("ACT", "keep", StringComparison.Ordinal)
        );

    private void Overwriting(string with, string without) =>
        server.On(
            "POST /provision/plan",
            async context =>
            {
                context.Request.Body.Position = 0;
                using var asked = await JsonDocument.ParseAsync(context.Request.Body);
                await context.Response.WriteAsync(asked.RootElement.GetProperty("overwrite").GetBoolean() ? with : without);
            }
        );
}
