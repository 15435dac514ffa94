using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Work;
using Creel.Server.Cells;
using Creel.Server.Hub.Seats;
using static Creel.Tests.Cells.MovingWorld;

namespace Creel.Tests.Cells;

/// <summary>A cell goes to another driver, or everything is as it was: whatever fails.</summary>
public class MoverTests
{
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
    public async Task While_it_moves_its_queue_is_held_and_afterwards_it_is_not()
    {
        await using var world = await UpAsync(Two);
        var (bart, homer) = (false, false);

        await world.MoveAsync("bart", IsolationLevel.Container, Look);
        (bart, homer).ShouldBe((true, false));
        world.Station("bart").Held.ShouldBeFalse();

        await Refused(
            world.MoveAsync("homer", IsolationLevel.Container, () => throw new CreelException(Fault.Invalid("x", "no")))
        );
        world.Station("homer").Held.ShouldBeFalse();

        Task Look()
        {
            (bart, homer) = (world.Station("bart").Held, world.Station("homer").Held);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Who_reads_that_a_move_has_begun_finds_its_queue_held()
    {
        await using var world = await UpAsync(Two);
        var held = false;

        await world.MoveAsync("bart", IsolationLevel.Container, accepted: () => held = world.Station("bart").Held);

        held.ShouldBeTrue();
    }

    [Fact]
    public async Task What_runs_may_end_within_the_grace_and_only_then_the_cell_is_ended()
    {
        await using var world = await UpAsync(Two);
        var task = Fly(world, "bart");

        var move = world.MoveAsync("bart", IsolationLevel.Container, grace: TimeSpan.FromMinutes(5));
        await Eventually.Until(() => world.Station("bart").Held);
        (move.IsCompleted, world.Driver.Running.Count).ShouldBe((false, 2));
        Land(world, "bart", task);

        (await move.WaitAsync(TimeSpan.FromSeconds(30))).UnderWay.ShouldBe(0);
        world.Boxes.Running.ShouldBe(["bart"]);
    }

    [Fact]
    public async Task What_has_not_ended_within_the_grace_is_counted_and_holds_nothing_up()
    {
        await using var world = await UpAsync(Two);
        Fly(world, "bart");
        Fly(world, "homer");

        var move = world.MoveAsync("bart", IsolationLevel.Container, grace: TimeSpan.FromMilliseconds(100));

        (await move.WaitAsync(TimeSpan.FromSeconds(30))).UnderWay.ShouldBe(1);
        world.Boxes.Running.ShouldBe(["bart"]);
    }

    [Theory]
    [InlineData(IsolationLevel.Session, true)]
    [InlineData(IsolationLevel.None, true)]
    [InlineData(IsolationLevel.Container, false)]
    public void Who_leaves_containers_leaves_their_runtime_too(IsolationLevel to, bool reset)
    {
        var keys = new MoveOrder(to, null, null, TimeSpan.FromSeconds(1), TimeSpan.Zero, true).Keys();
        keys.ContainsKey("ociRuntime").ShouldBe(reset);
        keys.GetValueOrDefault("ociRuntime").ShouldBeNull();
        (keys["driver"], keys["image"]).ShouldBe((null, null));
    }

    [Fact]
    public async Task One_that_does_not_come_up_there_within_the_patience_is_brought_back()
    {
        await using var world = await UpAsync(Two);
        world.Boxes.Starting = (_, cancel) => Task.Delay(Timeout.Infinite, cancel);

        var move = world.MoveAsync("bart", IsolationLevel.Container, patience: TimeSpan.FromMilliseconds(100));
        var fault = await Refused(move.WaitAsync(TimeSpan.FromSeconds(20)));

        (fault.Code, fault.Message).ShouldSatisfyAllConditions(
            said => said.Code.ShouldBe("apply-move-undone"),
            said => said.Message.ShouldContain("within 0.1 s")
        );
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

    private static AgentTask Fly(World world, string agent)
    {
        var task = new AgentTask
        {
            Id = new TaskId(Guid.NewGuid()),
            Agent = AgentId.Parse(agent),
            Type = "exec",
            Payload = "{}"u8.ToArray(),
            From = "admin",
            CreatedAt = DateTimeOffset.UnixEpoch,
            ExpiresAt = DateTimeOffset.MaxValue,
        };
        var seat = world.Station(agent).Seats.Single();
        lock (seat.Gate)
        {
            seat.InFlight[task.Id] = new FlyingTask(task);
        }

        return task;
    }

    private static void Land(World world, string agent, AgentTask task)
    {
        var seat = world.Station(agent).Seats.Single();
        lock (seat.Gate)
        {
            seat.InFlight.Remove(task.Id);
        }
    }
}
