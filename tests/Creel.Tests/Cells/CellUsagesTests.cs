using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Cells;
using Creel.Tests.Hub;

namespace Creel.Tests.Cells;

public class CellUsagesTests
{
    private readonly ShiftedTime time = new();
    private readonly MockDriver driver = new(() => new CrashPoint());
    private readonly CellUsages usages;
    private readonly Cell cell = new(
        new CellRecord(
            new CellId("12345678"),
            GroupId.Parse("b"),
            "mock",
            "",
            0,
            new CellHandle(new CellId("12345678"), "mock", "1"),
            false
        )
    );

    public CellUsagesTests()
    {
        usages = new CellUsages([driver], time);
        (cell.Running, cell.Since) = (true, time.GetUtcNow());
    }

    [Fact]
    public async Task At_the_first_look_it_is_since_the_start_and_then_since_the_last_look()
    {
        time.Shift(TimeSpan.FromSeconds(10));
        (await LookAsync(TimeSpan.FromSeconds(5)))!.Cpu!.Value.ShouldBe(0.5, 0.01);

        time.Shift(TimeSpan.FromSeconds(10));
        (await LookAsync(TimeSpan.FromSeconds(7)))!.ShouldSatisfyAllConditions(
            u => u.Cpu!.Value.ShouldBe(0.2, 0.01),
            u => u.CpuSeconds.ShouldBe(7),
            u => u.Memory.ShouldBe(1000),
            u => u.Pids.ShouldBe(3)
        );
    }

    [Fact]
    public async Task Two_looks_within_a_second_say_the_same()
    {
        time.Shift(TimeSpan.FromSeconds(10));
        var first = await LookAsync(TimeSpan.FromSeconds(5));

        (await LookAsync(TimeSpan.FromSeconds(6)))!.Cpu.ShouldBe(first!.Cpu);
    }

    [Fact]
    public async Task Of_a_cell_that_was_found_running_nothing_is_known_at_the_first_look()
    {
        cell.Adopted = true;
        time.Shift(TimeSpan.FromSeconds(1));
        (await LookAsync(TimeSpan.FromHours(5)))!.Cpu.ShouldBeNull();

        time.Shift(TimeSpan.FromSeconds(10));
        (await LookAsync(TimeSpan.FromHours(5) + TimeSpan.FromSeconds(1)))!.Cpu!.Value.ShouldBe(0.1, 0.01);
    }

    [Fact]
    public async Task Where_nothing_counts_or_nothing_runs_there_is_no_figure()
    {
        (await usages.OfAsync(cell, default)).ShouldBeNull();
        cell.Running = false;
        (await LookAsync(TimeSpan.FromSeconds(1))).ShouldBeNull();
    }

    private async Task<UsageView?> LookAsync(TimeSpan cpu)
    {
        driver.Usage = new CellUsage(1000, cpu, 3);
        return await usages.OfAsync(cell, default);
    }
}
