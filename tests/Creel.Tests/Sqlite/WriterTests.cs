using Creel.Adapters.Sqlite;
using Creel.Core.Work;

namespace Creel.Tests.Sqlite;

public class WriterTests
{
    [Fact]
    public async Task One_bad_request_of_a_batch_fails_alone()
    {
        using var folder = new StoreFolder();
        await using var writer = new Writer(StoreFiles.Open(folder.File, TimeSpan.FromSeconds(1)), folder.File);
        using var gate = new ManualResetEventSlim();
        var held = await HoldAsync(writer, gate);

        // Behind the one that is held, so that all of these share a batch.
        var task = StoreFolder.NewTask();
        var before = writer.DoAsync(s => s.Tasks.Append(new NewTask(task, null, 1)), default).AsTask();
        var bad = writer.DoAsync<int>(s => Spoil(s), default).AsTask();
        var wrong = writer.DoAsync(s => s.Connection["INSERT INTO counters VALUES('epoch', 1)"].Run(), default).AsTask();
        var after = writer.DoAsync(s => s.Tasks.Append(new NewTask(StoreFolder.NewTask(), null, 2)), default).AsTask();
        var full = writer.DoAsync(s => s.Tasks.Append(new NewTask(StoreFolder.NewTask(), null, 2)), default).AsTask();
        gate.Set();

        (await held).ShouldBe(1);
        (await before).ShouldBe(AppendOutcome.Accepted);
        (await Should.ThrowAsync<InvalidOperationException>(bad)).Message.ShouldBe("a bug");
        (await Should.ThrowAsync<Creel.Core.CreelException>(wrong)).Fault.Code.ShouldBe("store-refused");
        (await after).ShouldBe(AppendOutcome.Accepted);
        (await full).ShouldBe(AppendOutcome.QueueFull);

        using var reader = folder.Connect();
        var rows = reader["SELECT count(*) FROM tasks"];
        rows.Next();
        rows.Number(0).ShouldBe(2);
    }

    [Fact]
    public async Task Requests_that_wait_share_one_commit()
    {
        using var folder = new StoreFolder();
        await using var writer = new Writer(StoreFiles.Open(folder.File, TimeSpan.FromSeconds(1)), folder.File);
        using var gate = new ManualResetEventSlim();
        var held = await HoldAsync(writer, gate);
        var others = Enumerable.Range(0, 500).Select(_ => writer.DoAsync(s => s.Tasks.NextEpoch(), default).AsTask()).ToArray();
        gate.Set();
        (await Task.WhenAll(others)).ShouldBe(Enumerable.Range(1, 500).Select(i => (long)i));
        await held;
        writer.Figures.ShouldBe((2, 501));
    }

    [Fact]
    public async Task A_caller_that_gave_up_before_its_turn_changed_nothing()
    {
        using var folder = new StoreFolder();
        await using var writer = new Writer(StoreFiles.Open(folder.File, TimeSpan.FromSeconds(1)), folder.File);
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var held = await HoldAsync(writer, gate);
        var gone = writer.DoAsync(s => s.Tasks.NextEpoch(), cancel.Token).AsTask();
        await cancel.CancelAsync();
        gate.Set();
        await Should.ThrowAsync<OperationCanceledException>(gone);
        (await writer.DoAsync(s => s.Tasks.NextEpoch(), default)).ShouldBe(1);
        await held;
    }

    /// <summary>
    /// Occupies the writer until the gate opens; returns when it is occupied, so that what comes now shares a batch.
    /// </summary>
    private static async Task<Task<int>> HoldAsync(Writer writer, ManualResetEventSlim gate)
    {
        var occupied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = writer.DoAsync(
            _ =>
            {
                occupied.TrySetResult();
                return gate.Wait(TimeSpan.FromSeconds(30)) ? 1 : 0;
            },
            default
        );
        await occupied.Task;
        return held.AsTask();
    }

    private static int Spoil(WriteSession session)
    {
        session.Tasks.Append(new NewTask(StoreFolder.NewTask(), null, 10));
        throw new InvalidOperationException("a bug");
    }
}
