using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Tests.Habitats;

public class OpenClawBrainTests
{
    private static string Of(string agent, string more = "") =>
        $$"""{ {{more}} agents: { list: [{ id: "ada", brain: { kind: "openclaw", path: "/opt/claw" }, {{agent}} }] } }""";

    [Fact]
    public void A_cell_with_an_openclaw_gets_more_memory_and_processes_than_others()
    {
        var habitat = Habitat.Model(Of(""));
        habitat.Agents[0].Brain.Path.ShouldBe("/opt/claw");
        var limits = habitat.Groups[0].Limits;
        limits.Memory.ShouldBe(new Limit(1024d * 1024 * 1024, false));
        limits.Pids.ShouldBe(new Limit(512, false));
    }

    [Fact]
    public void What_is_written_out_stays()
    {
        var limits = Habitat.Model(Of("resources: { memory: '2g', pids: 300 }")).Groups[0].Limits;
        limits.Memory.ShouldBe(new Limit(2048d * 1024 * 1024, true));
        limits.Pids.ShouldBe(new Limit(300, true));
    }

    [Theory]
    [InlineData("resources: { memory: '512m' }", "", "768m is the least")]
    [InlineData("isolation: 'none'", "", "its cell's own loopback")]
    [InlineData("network: 'host'", "", "its cell's own loopback")]
    [InlineData("network: 'none'", "", "has no proxy")]
    public void What_can_not_work_is_an_error_with_its_place(string agent, string more, string message)
    {
        var problem = Habitat.Read(Of(agent, more)).Problems.First(p => p.Severity == Severity.Error);
        problem.Message.ShouldContain(message);
        problem.Line.ShouldBe(1);
        problem.Column.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void A_path_is_checked_as_one_that_is_shared() =>
        Habitat
            .Errors("""{ agents: { list: [{ id: "ada", brain: { kind: "openclaw", path: "/etc" } }] } }""")
            .Single()
            .ShouldEndWith("brain.path: '/etc': /etc belongs to the host and is not shared");

    [Fact]
    public void Agents_of_one_group_share_one_openclaw() =>
        Habitat
            .Errors(
                """
                { agents: { list: [
                  { id: "ada", isolationGroup: "bench", brain: { kind: "openclaw", path: "/opt/a" } },
                  { id: "bob", isolationGroup: "bench", brain: { kind: "openclaw", path: "/opt/b" } },
                ] } }
                """
            )
            .Single()
            .ShouldContain("share one OpenClaw, and 'ada' (h.json5:2");

    [Fact]
    public void A_path_is_for_an_openclaw_alone() =>
        Habitat
            .Errors("""{ agents: { list: [{ id: "ada", brain: { command: ["cat"], path: "/opt/a" } }] } }""")
            .Single()
            .ShouldContain("for a brain of kind 'openclaw' only");

    [Fact]
    public void The_cell_sees_the_folder_and_is_started_anew_for_another_one()
    {
        var habitat = Habitat.Model(Of(""));
        var design = new CellDesign(
            Creel.Core.CellId.Of("i", "h", habitat.Groups[0].Id),
            habitat.Groups[0],
            "bubblewrap",
            NetworkMode.Proxy,
            habitat.Agents,
            [],
            []
        );
        design.OpenClaw.ShouldBe("/opt/claw");
        design.Revision.Split('\n').ShouldContain("openclaw=/opt/claw");
    }

    [Fact]
    public void The_sample_is_read_and_needs_the_folder_to_be_named()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Creel.slnx")))
        {
            folder = folder.Parent;
        }

        var sample = File.ReadAllText(Path.Combine(folder.FullName, "samples", "openclaw", "habitat.json5"));
        Habitat.Errors(sample).ShouldContain(error => error.Contains("CREEL_OPENCLAW"));
        var habitat = Habitat.Model(sample.Replace("${CREEL_OPENCLAW}", "/opt/claw"));
        habitat.Groups.Single().Agents.Count.ShouldBe(2);
        habitat.Agents.ShouldAllBe(agent => agent.Brain.Path == "/opt/claw");
    }
}
