using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Cells;

namespace Creel.Tests.Cells;

public sealed class CellKeeperTests : IAsyncLifetime
{
    private const string One = "{ name: 'h', agents: { list: [{ id: 'bart' }] } }";

    private readonly World world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task A_cell_that_dies_is_cleared_away_and_started_again()
    {
        await world.ServeAsync();
        await world.UpAsync(One);

        world.Driver.Die("bart", "ended with exit code 3");

        await Eventually.Until(() => world.Driver.Running.Count == 1);
        world.Cell("bart")!.Restarts.ShouldBe(1);
        (await world.AuditAsync("cell.exit")).ShouldHaveSingleItem().ShouldEndWith("failed");
    }

    [Fact]
    public async Task A_cell_that_waits_to_be_started_again_does_not_come_back_after_down()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        var starting = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        world.Driver.Starting = async (_, _) =>
        {
            starting.TrySetResult();
            await go.Task;
        };
        world.Driver.Die("bart");
        await starting.Task;

        // The keeper is in the middle of its start: down waits for it, and ends what it made.
        var down = world.DownAsync();
        await Record.ExceptionAsync(() => down.WaitAsync(TimeSpan.FromMilliseconds(300)));
        go.SetResult();
        await down;
        await Eventually.Until(() => world.Driver.Log.Count(line => line == "start bart") == 2);

        world.Driver.Running.ShouldBeEmpty();
        world.Driver.Log.Last().ShouldBe("stop bart");
        world.Disk.Cells.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_start_that_fails_in_any_way_is_tried_again()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        var tries = 0;
        world.Driver.Starting = (_, _) =>
            ++tries switch
            {
                1 => throw new InvalidOperationException("a bug"),
                2 => throw new CreelException(Fault.Unavailable("disk", "no room")),
                _ => Task.CompletedTask,
            };

        world.Driver.Die("bart");

        await Eventually.Until(() => world.Driver.Running.Count == 1);
        tries.ShouldBe(3);
    }

    [Fact]
    public async Task A_cell_that_can_not_be_watched_is_not_shown_as_running_for_ever()
    {
        await world.ServeAsync();
        var fails = true;
        world.Driver.Waiting = _ => fails ? throw new IOException("no pidfd") : Task.CompletedTask;
        var started = 0;
        world.Driver.Starting = (_, _) =>
        {
            fails = ++started < 2;
            return Task.CompletedTask;
        };

        await world.UpAsync(One);

        await Eventually.Until(() => started == 2 && world.Driver.Running.Count == 1);
        world.Driver.Log.ShouldBe(["start bart", "stop bart", "start bart"]);
    }

    [Fact]
    public async Task A_cell_that_could_not_be_ended_and_dies_later_is_not_shown_as_running_and_not_started_again()
    {
        await world.ServeAsync();
        await world.UpAsync(One);
        world.Driver.Stopping = _ => throw new IOException("no signal");
        (await Record.ExceptionAsync(() => world.ChangeAsync("bart", CellChange.Restart))).ShouldBeOfType<IOException>();
        world.Cell("bart")!.Running.ShouldBeTrue();
        world.Driver.Stopping = _ => { };

        world.Driver.Die("bart", "ended at last");

        await Eventually.Until(() => world.Cell("bart") is { Running: false, Reason: "ended at last" });
        await Record.ExceptionAsync(() =>
            Eventually.Until(() => world.Driver.Running.Count > 0).WaitAsync(TimeSpan.FromMilliseconds(300))
        );
        world.Driver.Running.ShouldBeEmpty();
        await world.UpAsync(One);
        world.Driver.Running.ShouldBe(["bart"]);
    }

    [Fact]
    public async Task A_cell_that_ends_itself_again_and_again_rests_ever_longer_and_fills_no_book()
    {
        var time = new SkippingTime();
        world.Time = time;
        await world.ServeAsync();
        await world.UpAsync(One);

        for (var i = 1; i <= 20; i++)
        {
            world.Driver.Die("bart", $"ended with exit code {i}");
            await Eventually.Until(() => world.Cell("bart") is { Running: true } cell && cell.Restarts == i);
        }

        var waits = time.Waits.Select(w => w.TotalSeconds).Where(s => s is >= 0.1 and <= 60).ToList();
        waits.Take(10).ShouldBe([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2], 0.001);
        waits.Skip(10).ShouldAllBe(seconds => seconds == 60);
        waits.Count.ShouldBe(20);
        (await world.AuditAsync("cell.exit")).Count.ShouldBe(1);
        (await world.AuditAsync("cell.start"))
            .Count(e => e.EndsWith("ok", StringComparison.Ordinal))
            .ShouldBe(2, "the first, and the first by itself");
        await world.Trail.TellRepeatsAsync();
        (await world.EntriesAsync("cell.exit")).Last().Detail.ShouldBe("""{"repeated":19,"reason":"ended with exit code 20"}""");
        (await world.EntriesAsync("cell.start")).Last().Detail.ShouldBe("""{"repeated":19}""");
    }

    [Fact]
    public async Task A_cell_that_was_calm_is_started_again_at_once()
    {
        var time = new SkippingTime();
        world.Time = time;
        await world.ServeAsync();
        await world.UpAsync(One);

        for (var i = 1; i <= 3; i++)
        {
            time.Skip(TimeSpan.FromSeconds(61));
            world.Driver.Die("bart");
            await Eventually.Until(() => world.Cell("bart") is { Running: true } cell && cell.Restarts == i);
        }

        time.Waits.Where(w => w < TimeSpan.FromSeconds(1)).ShouldBe(Enumerable.Repeat(TimeSpan.FromSeconds(0.1), 3));
    }

    [Fact]
    public async Task A_cell_that_brings_tasks_to_their_ends_between_its_own_is_started_again_at_once()
    {
        var time = new SkippingTime();
        world.Time = time;
        await world.ServeAsync();
        await world.UpAsync(One);

        for (var i = 1; i <= 3; i++)
        {
            Interlocked.Increment(ref world.Station("bart").Answered);
            await DieAsync(i);
        }

        Short(time).ShouldBe(Enumerable.Repeat(0.1, 3));
    }

    [Fact]
    public async Task A_cell_that_a_person_stopped_and_started_begins_anew()
    {
        var time = new SkippingTime();
        world.Time = time;
        await world.ServeAsync();
        await world.UpAsync(One);
        await DieAsync(1);
        await DieAsync(2);

        await world.SetAsync("bart", false);
        await world.SetAsync("bart", true);
        await DieAsync(3);

        Short(time).ShouldBe([0.1, 0.2, 0.1]);
    }

    private async Task DieAsync(int time)
    {
        world.Driver.Die("bart");
        await Eventually.Until(() => world.Cell("bart") is { Running: true } cell && cell.Restarts == time);
        // Its turn is over: its keeper watches.
        await world.Cell("bart")!.InTurnAsync(() => Task.CompletedTask, default);
    }

    private static IEnumerable<double> Short(SkippingTime time) =>
        time.Waits.Select(w => w.TotalSeconds).Where(seconds => seconds is >= 0.1 and < 1);

    [Fact]
    public async Task Serve_that_ends_lets_go_of_its_cells_without_ending_them()
    {
        await world.ServeAsync();
        await world.UpAsync(One);

        await world.AgainAsync();

        world.Driver.Log.ShouldBe(["start bart"]);
        world.Cell("bart")!.Running.ShouldBeTrue();
        (await world.AuditAsync("cell.adopt")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cell_that_is_stopped_for_good_is_not_started_by_its_keeper()
    {
        await world.ServeAsync();
        await world.UpAsync(One);

        await world.SetAsync("bart", false);
        world.Driver.Running.ShouldBeEmpty();
        await world.AgainAsync();

        world.Driver.Running.ShouldBeEmpty();
        world.Reason("bart").ShouldBeNull();
        world.Cell("bart")!.Observe().Stopped.ShouldBeTrue();
    }
}
