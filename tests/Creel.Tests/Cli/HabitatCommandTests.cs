using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Tests.Runtime;

namespace Creel.Tests.Cli;

/// <summary><c>creel habitat</c>: a file is read without a server.</summary>
public sealed class HabitatCommandTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string file;

    public HabitatCommandTests()
    {
        file = folder["habitat.json5"];
        File.WriteAllText(file, "{}");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Habitat_check_lists_problems_and_exits_2_or_0()
    {
        var problem = new Problem(Severity.Error, file, 1, 2, "name", "it is empty");
        var wrong = new CliRun.Setting { Home = "/", Habitat = (null, [problem]) };

        var people = await wrong.RunAsync("habitat", "check", file);
        var programs = await (wrong with { }).RunAsync("habitat", "check", file, "--json");
        var right = await new CliRun.Setting { Home = "/", Habitat = (Model, []) }.RunAsync("habitat", "check", file);

        people.ExitCode.ShouldBe(2);
        people.Error.ShouldStartWith($"{file}:1:2 name: it is empty\n");
        programs.ExitCode.ShouldBe(2);
        JsonDocument
            .Parse(programs.Output)
            .RootElement.GetProperty("problems")[0]
            .GetProperty("severity")
            .GetString()
            .ShouldBe("error");
        right.ExitCode.ShouldBe(0);
        right.Output.ShouldBe($"{file}: valid, 1 agent in 1 cell\n");
    }

    [Fact]
    public async Task Habitat_show_says_what_the_file_means()
    {
        var setting = new CliRun.Setting { Home = "/", Habitat = (Model, []) };

        var run = await setting.RunAsync("habitat", "show", file);
        var json = await new CliRun.Setting { Home = "/", Habitat = (Model, []) }.RunAsync("habitat", "show", file, "--json");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("homer (default)");
        run.Output.ShouldContain("(first that works)");
        JsonDocument.Parse(json.Output).RootElement.GetProperty("name").GetString().ShouldBe("springfield");
    }

    [Fact]
    public async Task Habitat_show_has_boards_users_and_who_lives_at_gateways_elsewhere()
    {
        var model = Habitats.Habitat.Model(
            "{users: {ann: {name: 'Ann'}}, boards: {school: {user: 'ann', lead: 'lisa'}}, gateways: {prod: {url: 'wss://x', "
                + "workspaceRoot: '/w', main: true, agents: {lisa: {board: 'school'}, moe: {session: 'agent:moe:main', files: false}}}}}"
        );

        var run = await new CliRun.Setting { Home = "/", Habitat = (model, []) }.RunAsync("habitat", "show", file);

        run.ExitCode.ShouldBe(0, run.ToString());
        foreach (var line in new[] { @"ann\s+Ann", @"school\s+school\s+lisa\s+lisa\s+ann", @"prod\s+wss://x\s+/w\s+-" })
        {
            run.Output.ShouldMatch($@"(?m)^{line}");
        }

        run.Output.ShouldMatch(@"(?m)^mc-gateway-prod\s+prod\s+Gateway Agent\s+main\s+-\s+ours");
        run.Output.ShouldMatch(@"(?m)^lisa\s+prod\s+lisa\s+lead\s+school\s+ours");
        run.Output.ShouldMatch(@"(?m)^moe\s+prod\s+moe\s+standalone\s+-\s+left as they are");
    }

    private static HabitatModel Model { get; } =
        new()
        {
            Name = "springfield",
            Agents =
            [
                new AgentModel
                {
                    Id = Core.AgentId.Parse("homer"),
                    Name = "Homer",
                    Default = true,
                    Group = Core.GroupId.Parse("homer"),
                },
            ],
            Groups =
            [
                new AgentGroup
                {
                    Id = Core.GroupId.Parse("homer"),
                    Level = Core.Isolation.IsolationLevel.Session,
                    Network = Core.Isolation.NetworkMode.Proxy,
                    Limits = Core.Isolation.ResourceLimits.Unlimited,
                    Agents = [Core.AgentId.Parse("homer")],
                },
            ],
        };
}
