using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Cells;

/// <summary>A cell goes to another driver, or everything is as it was: whatever fails, and wherever serve is killed.</summary>
public class MoverTests
{
    private const string Two = "{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }";
    private const string Bench =
        "{ name: 'h', agents: { list: [{ id: 'bart', isolationGroup: 'b' }, { id: 'homer', isolationGroup: 'b' }] } }";

    [Fact]
    public async Task A_moved_cell_runs_on_the_other_driver_with_its_folders_and_its_user()
    {
        await using var world = await UpAsync(Two);
        var before = world.Driver.SpecOf("bart");

        (await world.MoveAsync("bart", IsolationLevel.Container)).ShouldSatisfyAllConditions(
            end => end.Moved.ShouldBeTrue(),
            end => end.From.ShouldBe("mock"),
            end => end.LocalFile.ShouldBe(world.LocalFile)
        );

        world.Driver.Running.ShouldBe(["homer"]);
        world.Boxes.Running.ShouldBe(["bart"]);
        var after = world.Boxes.SpecOf("bart");
        (after.Id, after.User, after.StateFolder, after.HubFolder).ShouldBe(
            (before.Id, before.User, before.StateFolder, before.HubFolder)
        );
        after.Workspaces.ShouldBe(before.Workspaces);
        (await PlanAsync(world)).ShouldBeEmpty();
    }

    [Fact]
    public async Task To_where_it_is_nothing_is_done()
    {
        await using var world = await UpAsync(Two);

        (await world.MoveAsync("bart", IsolationLevel.Session)).Moved.ShouldBeFalse();

        File.Exists(world.LocalFile).ShouldBeFalse();
        world.Driver.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task There_and_back_again()
    {
        await using var world = await UpAsync(Two);
        await world.MoveAsync("bart", IsolationLevel.Container, image: "box:1");
        world.Boxes.SpecOf("bart").Image.ShouldBe("box:1");

        await world.MoveAsync("bart", IsolationLevel.Session);

        world.Driver.Running.ShouldBe(["bart", "homer"]);
        world.Boxes.Running.ShouldBeEmpty();
        File.ReadAllText(world.LocalFile).ShouldNotContain("box:1");
    }

    [Fact]
    public async Task A_group_moves_as_a_whole_and_it_is_written_under_the_group()
    {
        await using var world = await UpAsync(Bench);

        await world.MoveAsync("homer", IsolationLevel.Container);

        world.Boxes.SpecOf("b").Workspaces.Select(m => m.Name).ShouldBe(["bart", "homer"]);
        File.ReadAllText(world.LocalFile).ShouldContain("groups");
        await world.AgainAsync();
        world.Boxes.Running.ShouldBe(["b"]);
    }

    [Fact]
    public async Task One_that_does_not_start_there_is_started_again_where_it_was()
    {
        await using var world = await UpAsync(Two);
        world.Boxes.Starting = (_, _) => throw new CreelException(Fault.NotFound("image", "there is no image box:2"));

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.Container));

        fault.Code.ShouldBe("apply-move-undone");
        fault.Message.ShouldContain("there is no image box:2");
        await AsItWasAsync(world);
        world.Driver.Log.ShouldBe(["start bart", "start homer", "stop bart", "start bart"], ignoreOrder: true);
    }

    [Fact]
    public async Task One_that_is_unfit_there_is_brought_back()
    {
        await using var world = await UpAsync(Two);

        var fault = await Refused(
            world.MoveAsync("bart", IsolationLevel.Container, () => throw new CreelException(Fault.Invalid("x", "it coughs")))
        );

        fault.Message.ShouldContain("it coughs");
        world.Boxes.Log.ShouldBe(["start bart", "stop bart"]);
        await AsItWasAsync(world);
    }

    [Fact]
    public async Task A_file_that_was_edited_meanwhile_is_not_overruled()
    {
        await using var world = await UpAsync(Two);
        var edited = Two.Replace("'homer'", "'homer', name: 'Homer'", StringComparison.Ordinal);

        var fault = await Refused(
            world.MoveAsync("bart", IsolationLevel.Container, () => File.WriteAllTextAsync(world.HabitatFile, edited))
        );

        fault.Message.ShouldContain("not of revision");
        File.Exists(world.LocalFile).ShouldBeFalse();
        world.Driver.Running.ShouldBe(["bart", "homer"]);
        world.Boxes.Running.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_file_says_and_is_not_in_force_is_applied_first()
    {
        await using var world = await UpAsync(Two);
        File.WriteAllText(world.HabitatFile, Two + "\n");

        (await Refused(world.MoveAsync("bart", IsolationLevel.Container))).Code.ShouldBe("habitat-ahead");

        world.Driver.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_level_that_the_habitat_file_says_is_a_persons_to_change()
    {
        await using var world = await UpAsync("{ name: 'h', agents: { list: [{ id: 'bart', isolation: 'session' }] } }");

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.Container));

        fault.Kind.ShouldBe(FaultKind.Conflict);
        fault.Message.ShouldContain("habitat.json5:1:");
        fault.Remedy!.ShouldContain("take it out there");
        world.Driver.Log.ShouldBe(["start bart"]);
    }

    [Fact]
    public async Task An_image_that_is_missing_is_found_out_before_anything_is_stopped()
    {
        await using var world = await UpAsync(Two);
        world.Boxes.Foreseeing = group => Fault.Missing("image-missing", $"there is no {group.Image}", "docker pull box:2");

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.Container, image: "box:2"));

        (fault.Code, fault.Message, fault.Remedy).ShouldBe(("image-missing", "there is no box:2", "docker pull box:2"));
        world.Driver.Log.Count.ShouldBe(2);
        await AsItWasAsync(world);
    }

    [Fact]
    public async Task To_level_none_it_is_told_what_is_lost_and_goes_only_when_it_is_meant()
    {
        await using var world = await UpAsync(Two);

        var fault = await Refused(world.MoveAsync("bart", IsolationLevel.None, yes: false));

        (fault.Kind, fault.Code).ShouldBe((FaultKind.Refused, "move-unmeant"));
        fault.Message.ShouldContain("the host's network instead of proxy");
        fault.Remedy!.ShouldContain("--yes");
        await AsItWasAsync(world);
        (await world.MoveAsync("bart", IsolationLevel.None, yes: true)).Moved.ShouldBeTrue();
        world.Open.SpecOf("bart").Network.ShouldBe(NetworkMode.Host);
        world.Host.Habitats.Current!.Groups.Single(g => g.Id.Value == "bart").Network.ShouldBe(NetworkMode.Host);

        // There already, or on the way up, nothing is lost.
        (await world.MoveAsync("bart", IsolationLevel.None, yes: false)).Moved.ShouldBeFalse();
        (await world.MoveAsync("bart", IsolationLevel.Session, yes: false)).Moved.ShouldBeTrue();
        world.Driver.SpecOf("bart").Network.ShouldBe(NetworkMode.Proxy);
    }

    [Theory]
    [InlineData("{ name: 'h', network: 'proxy', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }")]
    [InlineData("{ name: 'h', agents: { list: [{ id: 'bart', network: 'proxy' }, { id: 'homer' }] } }")]
    [InlineData("{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] }, groups: { bart: { network: 'none' } } }")]
    public async Task A_network_that_was_written_is_not_dropped_at_level_none(string habitat)
    {
        await using var world = await UpAsync(habitat);

        (await Refused(world.MoveAsync("bart", IsolationLevel.None))).Code.ShouldBe("network-unsupported");

        await AsItWasAsync(world);
    }

    [Fact]
    public async Task A_driver_that_does_not_work_any_more_is_found_out_before_anything_is_stopped()
    {
        await using var world = await UpAsync(Two);
        world.Boxes.Works = false;

        (await Refused(world.MoveAsync("bart", IsolationLevel.Container))).Code.ShouldBe("driver-broken");

        world.Driver.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_stopped_cell_is_not_moved()
    {
        await using var world = await UpAsync(Two);
        await world.SetAsync("bart", false);

        (await Refused(world.MoveAsync("bart", IsolationLevel.Container))).Code.ShouldBe("cell-down");
    }

    [Fact]
    public async Task Where_even_the_way_back_fails_what_is_wanted_stays_and_the_next_apply_mends_it()
    {
        await using var world = await UpAsync(Two);
        var broken = true;
        world.Boxes.Starting = world.Driver.Starting = (_, _) =>
            broken ? throw new CreelException(Fault.Unavailable("engine", "no engine answers")) : Task.CompletedTask;

        (await Refused(world.MoveAsync("bart", IsolationLevel.Container))).Code.ShouldBe("apply-move-stuck");
        broken = false;
        await world.UpAsync(Two);

        await AsItWasAsync(world);
    }

    [Fact]
    public async Task A_disk_that_is_full_after_the_local_file_leaves_a_cell_that_has_moved()
    {
        await using var world = await UpAsync(Two);
        var saves = 0;
        world.Disk.Saving = () =>
        {
            // The intent fits, what is desired no more.
            if (++saves == 2)
            {
                throw new IOException("No space left on device");
            }
        };

        (await Refused(world.MoveAsync("bart", IsolationLevel.Container))).Code.ShouldBe("apply-move-half-written");
        world.Boxes.Running.ShouldBe(["bart"]);
        world.Disk.Saving = () => { };
        await world.AgainAsync();

        world.Boxes.Running.ShouldBe(["bart"]);
        world.Driver.Running.ShouldBe(["homer"]);
        (await PlanAsync(world)).ShouldBeEmpty();
    }

    [Fact]
    public Task A_kill_of_serve_at_any_point_leaves_exactly_one_of_the_two() =>
        AtEveryPointAsync(Two, "bart", () => Task.CompletedTask);

    [Fact]
    public Task A_kill_of_serve_at_any_point_of_taking_a_move_back_leaves_the_old_one() =>
        AtEveryPointAsync(Two, "bart", () => throw new CreelException(Fault.Invalid("x", "it coughs")));

    [Fact]
    public Task A_group_too() => AtEveryPointAsync(Bench, "b", () => Task.CompletedTask);

    private static async Task AtEveryPointAsync(string habitat, string group, Func<Task> proof)
    {
        var points = 0;
        for (var crashed = true; crashed; points++)
        {
            await using var world = await UpAsync(habitat);
            world.KillAfter(points);
            await Record.ExceptionAsync(() => world.MoveAsync("bart", IsolationLevel.Container, proof));
            crashed = world.Crashed;
            var moved = File.Exists(world.LocalFile);

            await world.AgainAsync();

            var (there, gone) = moved ? (world.Boxes, world.Driver) : (world.Driver, world.Boxes);
            var told = $"killed after {points} effects, {(moved ? "moved" : "not moved")}";
            there.Running.ShouldContain(group, told);
            gone.Running.ShouldNotContain(group, told);
            world.Disk.Cells.Count(c => c.Group.Value == group).ShouldBe(1, told);
            world.Disk.Cells.Single(c => c.Group.Value == group).Driver.ShouldBe(there.Name, told);
            (await PlanAsync(world)).ShouldBeEmpty(told);
            world.Driver.Log.Concat(world.Boxes.Log).ShouldNotContain(line => line.StartsWith("twice", StringComparison.Ordinal));
        }

        points.ShouldBeGreaterThan(10);
    }

    private static async Task<World> UpAsync(string habitat)
    {
        var world = new World();
        await world.ServeAsync();
        await world.UpAsync(habitat);
        return world;
    }

    private static async Task<IReadOnlyList<Step>> PlanAsync(World world)
    {
        var habitats = world.Host.Habitats;
        var wish = habitats.Take(habitats.Read(world.HabitatFile, false), false);
        // Nothing dials in here, so what a runtime was told is no matter.
        return [.. (await world.Host.Reconciler.PlanAsync(wish, default)).Steps.Where(s => s.Kind != StepKind.Update)];
    }

    private static async Task AsItWasAsync(World world)
    {
        world.Driver.Running.ShouldBe(["bart", "homer"]);
        world.Boxes.Running.ShouldBeEmpty();
        File.Exists(world.LocalFile).ShouldBeFalse();
        (await PlanAsync(world)).ShouldBeEmpty();
    }

    private static async Task<Fault> Refused(Task move) => (await Should.ThrowAsync<CreelException>(move)).Fault;
}
