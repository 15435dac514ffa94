using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Templates;
using Shouldly;

namespace Creel.Tests.Provisioning;

public class OurTemplatesTests
{
    private static readonly GatewaySheet Gateway = new()
    {
        Id = "g1",
        Name = "Acme",
        Url = "ws://gateway",
        WorkspaceRoot = "/srv/oc",
    };

    private static readonly BoardSheet Board = new()
    {
        Id = "b1",
        Name = "Growth",
        Objective = "Ten users by spring.",
        GoalConfirmed = true,
    };

    private static readonly UserSheet Jane = new()
    {
        Name = "Jane Doe",
        Timezone = "Europe/Vienna",
        Context = "Likes lists.",
    };

    [Fact]
    public void Each_of_them_is_read_without_a_problem()
    {
        OurTemplates.Names.Count().ShouldBeGreaterThanOrEqualTo(11);
        foreach (var name in OurTemplates.Names)
        {
            Template.Read(name, OurTemplates.Find(name)!).Problem.ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(AgentKind.Lead)]
    [InlineData(AgentKind.Board)]
    [InlineData(AgentKind.Main)]
    [InlineData(AgentKind.Standalone)]
    public void Each_kind_of_agent_gets_all_its_files_with_and_without_a_user(AgentKind kind)
    {
        foreach (var user in (UserSheet?[])[Jane, null, new UserSheet { PreferredName = "  " }])
        {
            Should.NotThrow(() => Render(kind, user, new BoardSheet { Id = "b", Name = "b" }));
            var files = Render(kind, user);
            files.Keys.Order(StringComparer.Ordinal).ShouldBe(FileRules.Ours);
            foreach (var (name, text) in files)
            {
                text.ShouldNotContain("{{", Case.Sensitive, name);
                text.ShouldNotContain("\n\n\n", Case.Sensitive, name);
                text.Length.ShouldBeInRange(50, 20_000, name);
            }
        }
    }

    [Theory]
    [InlineData(AgentKind.Lead)]
    [InlineData(AgentKind.Board)]
    [InlineData(AgentKind.Main)]
    [InlineData(AgentKind.Standalone)]
    public void It_is_told_how_to_begin_to_check_in_to_find_work_and_to_report(AgentKind kind)
    {
        var files = Render(kind, Jane);
        files["BOOTSTRAP.md"].ShouldContain("GET http://mc.local/whoami");
        files["BOOTSTRAP.md"].ShouldContain("Delete this file");
        files["HEARTBEAT.md"].ShouldContain("HEARTBEAT_OK");
        files["TOOLS.md"].ShouldContain("GET /tasks");
        files["AGENTS.md"].ShouldContain("report");
    }

    [Fact]
    public void A_lead_gives_out_work_only_where_the_goal_is_settled()
    {
        Render(AgentKind.Lead, Jane)["HEARTBEAT.md"].ShouldContain("GET http://mc.local/tasks/ID");
        Render(AgentKind.Lead, Jane, Board with { GoalConfirmed = false })["HEARTBEAT.md"].ShouldContain("Do not give out work");
    }

    [Fact]
    public void The_token_stands_on_a_line_of_its_own_where_there_is_one_and_nowhere_else()
    {
        var with = Render(AgentKind.Board, Jane);
        with["TOOLS.md"].Split('\n').ShouldContain("AUTH_TOKEN=a1.secret");
        with.Where(f => f.Key != "TOOLS.md").ShouldAllBe(f => !f.Value.Contains("secret"));
        Render(AgentKind.Board, Jane, token: "")["TOOLS.md"].ShouldNotContain("AUTH_TOKEN");
    }

    [Fact]
    public void One_elsewhere_is_shown_how_to_send_its_token_and_one_in_a_cell_its_sessions()
    {
        var elsewhere = Render(AgentKind.Standalone, Jane);
        elsewhere["TOOLS.md"]
            .ShouldContain("sed -n 's/^AUTH_TOKEN=/X-Agent-Token: /p' TOOLS.md | curl -sS -H @- http://mc.local/whoami");
        elsewhere["TOOLS.md"].ShouldNotContain("/sessions");
        elsewhere["HEARTBEAT.md"].ShouldContain("with the token of TOOLS.md");
        var here = Render(AgentKind.Standalone, Jane, token: "");
        here["TOOLS.md"].ShouldContain("```\ncurl -sS http://mc.local/whoami");
        here["TOOLS.md"].ShouldContain("/sessions/send");
        here["HEARTBEAT.md"].ShouldNotContain("token");
    }

    private static Dictionary<string, string> Render(
        AgentKind kind,
        UserSheet? user,
        BoardSheet? board = null,
        string token = "a1.secret"
    )
    {
        var agent = new AgentSheet
        {
            Id = "a1",
            Name = "Alice",
            IsLead = kind == AgentKind.Lead,
        };
        var contexts = new Contexts(ProvisioningMode.Ours, new AgentKeys(ProvisioningMode.Ours), "http://mc.local/");
        var context = kind switch
        {
            AgentKind.Main => contexts.Main(agent, Gateway, token, user),
            AgentKind.Standalone => contexts.Standalone(agent, Gateway, token, user),
            _ => contexts.Board(agent, board ?? Board, Gateway, token, user),
        };
        return new FileRenderer(ProvisioningMode.Ours, OurTemplates.Find)
            .Render(agent, kind, context, FileRules.Ours, bootstrap: true)
            .ToDictionary(f => f.Key, f => f.Value);
    }
}
