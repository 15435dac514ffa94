using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

/// <summary>What goes wrong round an apply: disks that are full, drivers that don't answer, people who come at once.</summary>
public class ApplyFaultTests
{
    private const string Two = "{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }";
    private const string Boxed = "{ name: 'h', agents: { list: [{ id: 'bart', isolation: 'container' }, { id: 'homer' }] } }";

    [Fact]
    public async Task A_disk_that_is_full_at_any_point_is_told_and_the_next_apply_finishes_the_work()
    {
        var full = true;
        for (var point = 1; full; point++)
        {
            await using var world = new World();
            await world.ServeAsync();
            var writes = 0;
            world.Disk.Writing = () =>
            {
                if (Interlocked.Increment(ref writes) >= point)
                {
                    throw new IOException("No space left on device");
                }
            };

            await Record.ExceptionAsync(() => world.UpAsync(Two));
            full = writes >= point;
            world.Disk.Writing = () => { };
            await world.UpAsync(Two);

            world.Driver.Running.ShouldBe(["bart", "homer"], $"full at write {point}");
            world.Disk.Cells.Count.ShouldBe(2);
            world.Driver.Log.ShouldNotContain(line => line.StartsWith("twice", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_driver_that_does_not_answer_when_serve_starts_keeps_its_cells_and_has_them_again_when_it_does()
    {
        await using var world = await UpAsync(Two);
        await world.EndAsync();
        world.Driver.Inspecting = _ => throw new CreelException(Fault.Unavailable("engine", "no engine answers"));
        await world.ServeAsync();
        await world.Host.SettleAsync(default);

        world.Cell("bart")!.Unknown!.ShouldStartWith("no engine answers");
        world.Driver.Log.ShouldBe(["start bart", "start homer"], ignoreOrder: true);
        (await world.PlanAsync()).Notes.ShouldContain(note =>
            note.Contains("no engine answers; what became of the cell is not known")
        );

        world.Driver.Inspecting = _ => { };
        var plan = await world.PlanAsync();

        plan.Steps.ShouldBeEmpty();
        plan.Notes.ShouldBeEmpty();
        world.Cell("bart")!.Unknown.ShouldBeNull();
        world.Driver.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_driver_that_hangs_holds_nobody_up()
    {
        await using var world = await UpAsync(Two);
        var never = new TaskCompletionSource();
        world.Driver.Hanging = never.Task;

        (await world.PlanAsync()).Notes.ShouldContain(note => note.Contains("mock does not answer"));
        await world.EndAsync();
        await world.ServeAsync();

        world.Cell("bart")!.Unknown!.ShouldStartWith("mock does not answer");
        world.Driver.Hanging = null;
        never.SetResult();
        (await world.PlanAsync()).Notes.ShouldBeEmpty();
        world.Driver.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task After_a_start_of_the_machine_a_driver_that_does_not_work_keeps_no_other_cell_down()
    {
        await using var world = await UpAsync(Boxed);
        await world.EndAsync();
        world.Driver.Die("homer");
        world.Boxes.Die("bart");
        world.Boxes.Works = false;
        await world.ServeAsync();

        (await world.Host.SettleAsync(default)).ShouldBeFalse();
        world.Driver.Running.ShouldBe(["homer"]);
        world.Disk.Cells.Count.ShouldBe(2);

        world.Boxes.Works = true;
        (await world.Host.SettleAsync(default)).ShouldBeTrue();
        world.Boxes.Running.ShouldBe(["bart"]);
    }

    [Fact]
    public async Task A_cell_that_takes_for_ever_to_be_found_keeps_no_serve_from_coming_up()
    {
        await using var world = await UpAsync(Boxed);
        await world.EndAsync();
        foreach (var record in world.Disk.Cells)
        {
            // As a kill leaves it between a start and its being written down.
            await world.Disk.PutAsync(record with { Handle = null });
        }

        world.Boxes.Recovering = cancel => Task.Delay(Timeout.Infinite, cancel);
        world.Config = world.Config with { StepDeadline = TimeSpan.FromMilliseconds(200) };
        await world.ServeAsync().WaitAsync(TimeSpan.FromSeconds(30));

        world.Reason("bart")!.ShouldStartWith("it could not be taken over");
        world.Reason("homer").ShouldBeNull();
        world.Cell("homer")!.Running.ShouldBeTrue();
    }

    [Fact]
    public void Who_comes_while_another_applies_is_told_who_it_is_and_may_when_he_is_done()
    {
        var turns = new ApplyTurns(TimeProvider.System);
        var first = turns.Take("habitat.apply of /h.json5", "marge\n (process 7)");

        var fault = Should.Throw<CreelException>(() => turns.Take("habitat.down", "homer")).Fault;

        fault.Kind.ShouldBe(FaultKind.Conflict);
        fault.Message.ShouldStartWith("marge  (process 7) is at it: habitat.apply of /h.json5, for ");
        first.Dispose();
        first.Dispose();
        using var second = turns.Take("habitat.down", null);
        Should.Throw<CreelException>(() => turns.Take("habitat.down", "homer")).Fault.Message.ShouldStartWith("somebody else");
    }

    private static async Task<World> UpAsync(string habitat)
    {
        var world = new World();
        await world.ServeAsync();
        await world.UpAsync(habitat);
        return world;
    }
}
