using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Isolation;

public class CellPlannerTests
{
    [Fact]
    public void A_cell_that_is_not_there_is_started()
    {
        var plan = CellPlanner.Plan([Design("bart")], []);

        plan.Steps.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(s => s.Kind.ShouldBe(StepKind.Start), s => s.Why.ShouldBe("new"));
    }

    [Fact]
    public void A_cell_that_the_habitat_dropped_is_removed_before_anything_starts()
    {
        var plan = CellPlanner.Plan([Design("bart")], [Running(Design("homer"))]);

        plan.Steps.Select(s => (s.Kind, s.Group.Value)).ShouldBe([(StepKind.Remove, "homer"), (StepKind.Start, "bart")]);
    }

    [Fact]
    public void Only_what_changed_restarts_and_the_step_says_what()
    {
        var before = Design("bart", memory: 200 << 20);
        var same = Design("lisa");

        var plan = CellPlanner.Plan([Design("bart", memory: 300 << 20), same], [Running(before), Running(same)]);

        var step = plan.Steps.ShouldHaveSingleItem();
        step.Kind.ShouldBe(StepKind.Restart);
        step.Why.ShouldBe("memory 200m → 300m");
    }

    [Fact]
    public void A_new_model_is_told_without_a_restart()
    {
        var plan = CellPlanner.Plan([Design("bart", model: "b/2")], [Running(Design("bart", model: "a/1"))]);

        plan.Steps.ShouldHaveSingleItem().Kind.ShouldBe(StepKind.Update);
    }

    [Fact]
    public void What_only_the_proxy_is_told_is_no_restart_and_is_said()
    {
        var before = Design("bart");
        var after = before with { Group = before.Group with { Egress = ["github.com:443"] } };

        var step = CellPlanner.Plan([after], [Running(before) with { Wanted = before.Group }]).Steps.ShouldHaveSingleItem();

        step.Kind.ShouldBe(StepKind.Update);
        step.Why.ShouldBe("egress + github.com:443");
        CellPlanner.Plan([after], [Running(after) with { Wanted = after.Group }]).Steps.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_cell_is_made_ready_with_comes_by_a_restart_and_no_plan_holds_its_values()
    {
        var before = Made(new() { ["A"] = "one", ["B"] = "zwei" }, "make");
        var after = Made(new() { ["A"] = "other", ["C"] = "three" }, null);

        var step = CellPlanner.Plan([after], [Running(before)]).Steps.ShouldHaveSingleItem();

        step.Kind.ShouldBe(StepKind.Restart);
        step.Why.ShouldBe("env A changed, env B removed, setupCommand removed, env C added");
        before.Revision.ShouldNotContain("zwei");
        CellPlanner.Plan([before], [Running(Made(new() { ["A"] = "one", ["B"] = "zwei" }, "make"))]).Steps.ShouldBeEmpty();
    }

    [Fact]
    public void A_cell_whose_setup_has_failed_is_tried_again_and_one_that_only_says_so_is_not()
    {
        var design = Made([], "make");
        var failed = Running(design) with { SetupFailure = "exit code 1" };

        CellPlanner.Plan([design], [failed]).Steps.ShouldHaveSingleItem().Why.ShouldBe("its setupCommand has failed");
        var plain = Design("bart");
        CellPlanner.Plan([plain], [Running(plain) with { SetupFailure = "exit code 1" }]).Steps.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_setup_made_is_made_anew_for_another_command_image_driver_or_variable()
    {
        var design = Made(new() { ["A"] = "one" }, "make");
        string?[] marks =
        [
            design.SetupMark,
            Made(new() { ["A"] = "one" }, "make it").SetupMark,
            Made(new() { ["A"] = "two" }, "make").SetupMark,
            (design with { Driver = "docker" }).SetupMark,
            (design with { Group = design.Group with { Image = "box:2" } }).SetupMark,
        ];
        marks.Distinct().Count().ShouldBe(marks.Length);
        Made(new() { ["A"] = "one" }, "make").SetupMark.ShouldBe(design.SetupMark);
        Design("bart").SetupMark.ShouldBeNull();
    }

    [Fact]
    public void A_cell_that_a_person_stopped_stays_stopped()
    {
        var design = Design("bart");

        CellPlanner.Plan([design], [Running(design) with { Running = false, Stopped = true }]).Steps.ShouldBeEmpty();
    }

    [Fact]
    public void What_somebody_changed_by_hand_is_noted_and_left()
    {
        var design = Design("bart");

        var plan = CellPlanner.Plan([design], [Running(design) with { Drift = "its unit was changed" }]);

        plan.Steps.ShouldBeEmpty();
        plan.Notes.ShouldBe(["cell bart: its unit was changed"]);
    }

    [Fact]
    public void A_cell_that_died_is_started_and_the_step_says_why()
    {
        var design = Design("bart");

        var plan = CellPlanner.Plan([design], [Running(design) with { Running = false, Reason = "out of memory" }]);

        plan.Steps.ShouldHaveSingleItem().Why.ShouldBe("it is not running: out of memory");
    }

    [Fact]
    public void Planning_what_was_just_applied_gives_no_steps_whatever_was_there_before()
    {
        var names = Gen.SubListOf("abcdefgh".Select(c => c.ToString()));
        var habitat = names.SelectMany(chosen =>
            Gen.Choose(1, 3)
                .ListOf(chosen.Count())
                .Select(sizes => chosen.Zip(sizes, (name, size) => Design(name, memory: size)).ToList())
        );
        var property = Prop.ForAll(
            habitat.Two().ToArbitrary(),
            pair =>
            {
                var observed = pair.Item1.Select(Running).ToList();
                var after = Apply(CellPlanner.Plan(pair.Item2, observed), observed);
                return CellPlanner.Plan(pair.Item2, after).Steps.Count == 0 && after.Count == pair.Item2.Count;
            }
        );

        property.QuickCheckThrowOnFailure();
    }

    private static List<ObservedCell> Apply(Plan plan, IEnumerable<ObservedCell> observed)
    {
        var cells = observed.ToDictionary(o => o.Id);
        foreach (var step in plan.Steps)
        {
            cells.Remove(step.Cell);
            if (step.Design is { } design)
            {
                cells[step.Cell] = Running(design);
            }
        }

        return [.. cells.Values];
    }

    private static ObservedCell Running(CellDesign design) =>
        new(
            design.Id,
            design.Group.Id,
            design.Driver,
            design.Revision,
            CellPlanner.Telling(design),
            Running: true,
            Stopped: false
        );

    private static CellDesign Made(Dictionary<string, string> variables, string? command)
    {
        var design = Design("bart");
        return design with { Group = design.Group with { Making = new CellMaking(variables, command) } };
    }

    private static CellDesign Design(string name, double memory = 256, string? model = null)
    {
        var agent = new AgentModel
        {
            Id = AgentId.Parse(name),
            Name = name,
            Group = GroupId.Parse(name),
            Model = model,
        };
        var group = new AgentGroup
        {
            Id = agent.Group,
            Level = IsolationLevel.Session,
            Network = NetworkMode.Proxy,
            Limits = new ResourceLimits(Memory: new Limit(memory, true)),
            Agents = [agent.Id],
        };
        return new CellDesign(CellId.Of("test", "h", agent.Group), group, "bubblewrap", group.Network, [agent], [], []);
    }
}
