using System.Diagnostics;
using Creel.Adapters.Linux;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Linux;

public sealed class ProcessIdentityTests
{
    [Fact]
    public async Task It_holds_one_process_until_that_has_ended()
    {
        using var process = Process.Start("sleep", "1000");
        var identity = ProcessIdentity.Of(process.Id).ShouldNotBeNull();
        using var held = identity.Open().ShouldNotBeNull();
        held.HasExited.ShouldBeFalse();
        (await held.WaitAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None)).ShouldBeFalse();
        held.Signal(Libc.Sigkill).ShouldBeTrue();
        await held.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        held.HasExited.ShouldBeTrue();
        identity.Open().ShouldBeNull();
        identity.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public void The_same_number_with_another_start_or_boot_is_another_process()
    {
        var mine = ProcessIdentity.Of(Environment.ProcessId).ShouldNotBeNull();
        mine.IsAlive.ShouldBeTrue();
        (mine with { StartTime = mine.StartTime + 1 }).IsAlive.ShouldBeFalse();
        (mine with { BootId = "another" }).IsAlive.ShouldBeFalse();
        new ProcessIdentity(0, 0, mine.BootId).IsAlive.ShouldBeFalse();
        new ProcessIdentity(-5, 0, mine.BootId).IsAlive.ShouldBeFalse();
    }

    [Fact]
    public void A_number_that_a_thread_was_given_is_no_process()
    {
        var thread = Directory
            .EnumerateDirectories("/proc/self/task")
            .Select(folder => int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture))
            .First(number => number != Environment.ProcessId);
        PidFd.Open(thread).ShouldBeNull();
    }

    [Fact]
    public async Task A_wait_that_is_given_up_leaves_the_others_waiting()
    {
        using var process = Process.Start("sleep", "1000");
        var identity = ProcessIdentity.Of(process.Id)!;
        using var one = identity.Open()!;
        using var two = identity.Open()!;
        using var given = new CancellationTokenSource();
        var first = one.WaitAsync(given.Token);
        var second = two.WaitAsync(CancellationToken.None);
        await given.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        second.IsCompleted.ShouldBeFalse();
        process.Kill();
        await second.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_stat_line_is_read_whatever_the_program_is_called()
    {
        var tail = " S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 99";
        foreach (var name in new[] { "sh", "a b", ") S 1 2", "((", "\n)" })
        {
            ProcStat.Parse($"42 ({name}){tail}").ShouldBe(new ProcStat(42, 'S', 7, 9, 12345));
        }
    }

    [Fact]
    public void No_text_breaks_the_parsers_of_what_lies_in_a_cells_folder() =>
        Prop.ForAll<string>(text =>
            {
                _ = ProcStat.Parse(text ?? "");
                _ = LinuxHandle.Parse(text ?? "");
                _ = CellStatus.Parse([text ?? "", "{\"child-pid\":" + text + "}"]);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_status_file_with_a_half_written_end_tells_what_it_has() =>
        CellStatus
            .Parse(["{ \"child-pid\": 7, \"pid-namespace\": 4026532181 }", "[1]", "{ \"exit-code\": 137 }", "{ \"exit-c"])
            .ShouldBe(new CellStatus(7, 4026532181, 137));
}
