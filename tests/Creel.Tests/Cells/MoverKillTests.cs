using Creel.Core;
using Creel.Core.Isolation;
using static Creel.Tests.Cells.MovingWorld;

namespace Creel.Tests.Cells;

/// <summary>Wherever serve is killed while a cell moves, one of the two is left.</summary>
public class MoverKillTests
{
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
}
