using System.Text.Json;
using Creel.Core;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

/// <summary>Serve is killed at every point of what it does; the next serve finishes what was asked.</summary>
public class UnfinishedTests
{
    private const string Two = "{ name: 'h', agents: { list: [{ id: 'bart' }, { id: 'homer' }] } }";
    private const string One = "{ name: 'h', agents: { list: [{ id: 'bart' }] } }";
    private const string Bench =
        "{ name: 'h', agents: { list: [{ id: 'bart', isolationGroup: 'b' }, { id: 'homer', isolationGroup: 'b' }] } }";
    private const string BenchOfOne = "{ name: 'h', agents: { list: [{ id: 'bart', isolationGroup: 'b' }] } }";

    [Fact]
    public Task Going_down() =>
        AtEveryPointAsync(
            Two,
            world => world.DownAsync(),
            world =>
            {
                world.Driver.Running.ShouldBeEmpty();
                world.Disk.Cells.ShouldBeEmpty();
                world.Known.ShouldBeEmpty();
                world.Disk.Folders.Keys.ShouldContain(world.Workspace("bart"));
            }
        );

    [Fact]
    public Task Going_down_with_the_workspaces() =>
        AtEveryPointAsync(
            Two,
            world => world.DownAsync(deleteWorkspaces: true),
            world =>
            {
                world.Driver.Running.ShouldBeEmpty();
                world.Disk.Cells.ShouldBeEmpty();
                world.Disk.Folders.ShouldBeEmpty();
            }
        );

    [Fact]
    public Task A_stop_by_a_person() =>
        AtEveryPointAsync(
            Two,
            world => world.SetAsync("bart", false),
            world =>
            {
                world.Driver.Running.ShouldBe(["homer"]);
                world
                    .Cell("bart")!
                    .Record.ShouldSatisfyAllConditions(r => r.Stopped.ShouldBeTrue(), r => r.Handle.ShouldBeNull());
            }
        );

    [Fact]
    public Task A_restart_by_a_person() =>
        AtEveryPointAsync(
            Two,
            world => world.ChangeAsync("bart", CellChange.Restart),
            world => world.Driver.Running.ShouldBe(["bart", "homer"]),
            askAgain: false
        );

    [Fact]
    public Task Taking_an_agent_out() =>
        AtEveryPointAsync(
            Two,
            world => world.UpAsync(One, deleteWorkspaces: true),
            world =>
            {
                world.Driver.Running.ShouldBe(["bart"]);
                world.Known.ShouldBe(["bart"]);
                world.Disk.Folders.Keys.ShouldNotContain(world.Workspace("homer"));
                world.Disk.Folders.Keys.ShouldContain(world.Workspace("bart"));
            }
        );

    [Fact]
    public Task Taking_an_agent_out_of_a_group() =>
        AtEveryPointAsync(
            Bench,
            world => world.UpAsync(BenchOfOne, deleteWorkspaces: true),
            world =>
            {
                world.Driver.Running.ShouldBe(["b"]);
                world.Driver.SpecOf("b").Workspaces.Select(m => m.Name).ShouldBe(["bart"]);
                world.Known.ShouldBe(["bart"]);
                world.Disk.Folders.Keys.ShouldNotContain(world.Workspace("homer"));
            }
        );

    [Fact]
    public Task Bringing_more_up() =>
        AtEveryPointAsync(One, world => world.UpAsync(Two), world => world.Driver.Running.ShouldBe(["bart", "homer"]));

    [Fact]
    public Task Creating_an_agent() =>
        AtEveryPointAsync(
            One,
            world => world.ApplyAsync(world.Host.Habitats.Add(JsonDocument.Parse("""{"id":"lisa"}""").RootElement)),
            world =>
            {
                world.Driver.Running.ShouldBe(["bart", "lisa"]);
                world.Known.ShouldBe(["bart", "lisa"]);
                File.ReadAllText(world.LocalFile).ShouldContain("lisa");
                world.Disk.Desired!.ShouldContain("\"Intent\":null");
            },
            written: world => File.Exists(world.LocalFile)
        );

    [Fact]
    public Task Destroying_an_agent() =>
        AtEveryPointAsync(
            One,
            world => world.ApplyAsync(world.Host.Habitats.Remove(AgentId.Parse("lisa"), deleteWorkspace: true)),
            world =>
            {
                world.Driver.Running.ShouldBe(["bart"]);
                world.Known.ShouldBe(["bart"]);
                File.ReadAllText(world.LocalFile).ShouldNotContain("lisa");
                world.Disk.Folders.Keys.ShouldNotContain(world.Workspace("lisa"));
            },
            written: world => !File.ReadAllText(world.LocalFile).Contains("lisa", StringComparison.Ordinal),
            prepare: world => world.ApplyAsync(world.Host.Habitats.Add(JsonDocument.Parse("""{"id":"lisa"}""").RootElement))
        );

    [Fact]
    public async Task A_change_that_was_only_meant_is_forgotten_by_the_next_serve()
    {
        await using var world = new World();
        await world.ServeAsync();
        await world.UpAsync(One);
        for (var points = 0; world.Disk.Desired!.Contains("\"Intent\":null", StringComparison.Ordinal); points++)
        {
            world.KillAfter(points);
            await Record.ExceptionAsync(() =>
                world.ApplyAsync(world.Host.Habitats.Add(JsonDocument.Parse("""{"id":"lisa"}""").RootElement))
            );
            File.Exists(world.LocalFile).ShouldBeFalse();
        }

        await world.AgainAsync();

        world.Disk.Desired!.ShouldContain("\"Intent\":null");
        world.Driver.Running.ShouldBe(["bart"]);
    }

    /// <summary>
    /// Until what is desired is written, a kill means that nothing was asked: then the old state holds, and asking again works.
    /// </summary>
    private static async Task AtEveryPointAsync(
        string before,
        Func<World, Task> change,
        Action<World> check,
        bool askAgain = true,
        Func<World, bool>? written = null,
        Func<World, Task>? prepare = null
    )
    {
        var points = 0;
        for (var crashed = true; crashed; points++)
        {
            await using var world = new World();
            await world.ServeAsync();
            await world.UpAsync(before);
            await (prepare?.Invoke(world) ?? Task.CompletedTask);
            var desired = world.Disk.Desired;
            var stopped = world.Disk.Cells.Count(c => c.Stopped);
            world.KillAfter(points);
            await Record.ExceptionAsync(() => change(world));
            crashed = world.Crashed;

            var taken =
                written?.Invoke(world) ?? (world.Disk.Desired != desired || world.Disk.Cells.Count(c => c.Stopped) != stopped);
            await world.AgainAsync();
            if (!taken && askAgain)
            {
                await change(world);
            }

            world.Driver.Log.ShouldNotContain(line => line.StartsWith("twice", StringComparison.Ordinal));
            world.ShouldSatisfyAllConditions($"killed after {points} effects", () => check(world));
        }

        points.ShouldBeGreaterThan(4);
    }
}
