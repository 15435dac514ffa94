using System.Collections.Immutable;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>An agent in a cell has a workspace before it is provisioned: what somebody wrote there is not ours to replace.</summary>
public class OwnAgentPlanTests
{
    private static readonly JsonElement Config = JsonSerializer.SerializeToElement(
        new { config = new { agents = new { list = new[] { new { id = "ada", workspace = "/w" } } } }, hash = "h" }
    );

    private static readonly DesiredAgent Ada = new()
    {
        Agent = AgentId.Parse("ada"),
        Gateway = null,
        Kind = AgentKind.Board,
        Registration = new AgentRegistration("ada", "Ada", "", []),
        Session = "agent:ada:main",
        Files =
        [
            KeyValuePair.Create("AGENTS.md", "ours"),
            KeyValuePair.Create("BOOTSTRAP.md", "begin"),
            KeyValuePair.Create("USER.md", "for Marge"),
        ],
    };

    [Fact]
    public void An_empty_workspace_gets_all_files_and_its_agent_is_woken()
    {
        var plan = Plan();
        plan.Writes.Select(f => f.Name).ShouldBe(["AGENTS.md", "BOOTSTRAP.md", "USER.md"]);
        (plan.Creates, plan.Registers, plan.Wake).ShouldBe((false, false, WakeReason.Provisioned));
    }

    [Fact]
    public void One_that_was_planted_and_not_begun_with_gets_them_too() =>
        Plan(("AGENTS.md", "planted"), ("BOOTSTRAP.md", "planted"), ("USER.md", "planted"))
            .Writes.Select(f => f.Name)
            .ShouldBe(["AGENTS.md", "BOOTSTRAP.md", "USER.md"]);

    [Fact]
    public void What_somebody_wrote_there_stays_and_is_told()
    {
        var plan = Plan(("AGENTS.md", "by hand"));
        var kept = plan.Files.Single(f => f.Act == FileAct.Keep);
        (kept.Name, kept.Reason).ShouldBe(("AGENTS.md", FileReason.WasThere));
        plan.Writes.Select(f => f.Name).ShouldBe(["USER.md"]);
    }

    [Fact]
    public void What_stays_as_somebody_wrote_it_is_not_owed_to_the_agent()
    {
        var ours = TextDigest.Of("for Marge");
        var record = new ProvisionRecord
        {
            Gateway = null,
            Id = "ada",
            Agent = Ada.Agent,
            First = false,
            Files = ImmutableSortedDictionary
                .Create<string, FileRecord>(StringComparer.Ordinal)
                .Add("AGENTS.md", new FileRecord { There = TextDigest.Of("by hand") })
                .Add("USER.md", new FileRecord { Written = ours, There = ours }),
        };

        KnownWork.IsOwed(record, Ada).ShouldBeFalse();
        KnownWork.IsOwed(With("AGENTS.md", new FileRecord { Written = ours, There = ours }), Ada).ShouldBeTrue();
        KnownWork.IsOwed(With("USER.md", new FileRecord { Written = "older", There = "older" }), Ada).ShouldBeTrue();
        KnownWork.IsOwed(With("USER.md", new FileRecord { Written = "older", There = "hers" }), Ada).ShouldBeFalse();

        ProvisionRecord With(string name, FileRecord file) => record with { Files = record.Files.SetItem(name, file) };
    }

    private static AgentPlan Plan(params (string Name, string Text)[] there)
    {
        var files = Ada.Files!.Select(f => (f.Key, Found: there.Where(t => t.Name == f.Key).Select(t => t.Text).FirstOrDefault()))
            .ToDictionary(
                f => f.Key,
                f => new ObservedFile(new GatewayFile(f.Key, f.Found is null, f.Found?.Length), f.Found),
                StringComparer.Ordinal
            );
        var roster = new ObservedRoster(Config, 3);
        var observed = new Dictionary<string, ObservedAgent> { ["ada"] = new("ada", roster.Agents["ada"], files) };
        return Planner.Plan(null, [Ada], roster, observed, [], ProvisionOptions.Usual, []).Agents.Single();
    }
}
