using Creel.Core;
using Creel.Core.Work;

namespace Creel.Conformance.Stores;

/// <summary>What every task store owes: each rule of <see cref="ITaskStore"/>, one by one.</summary>
public abstract class TaskStoreConformance : IAsyncLifetime
{
    private StoreUnderTest store = null!;

    protected abstract Task<StoreUnderTest> OpenAsync();

    private ITaskStore Tasks => store.Tasks;

    public async Task InitializeAsync() => store = await OpenAsync();

    public async Task DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task A_task_comes_back_as_it_was_added_also_after_a_restart()
    {
        var task = await Tasks.AddAsync(Sample.Task(retry: true) with { Type = "odd\0type", From = "agent:ünicode 🐚" });
        await store.ReopenAsync();
        var record = await Tasks.GetAsync(task);
        record.Task.Payload.ToArray().ShouldBe(task.Payload.ToArray());
        (record.Task with { Payload = task.Payload }).ShouldBe(task);
        record.State.ShouldBe(TaskState.Queued);
        record.Lease.ShouldBeNull();
        record.Attempts.ShouldBe(0);
        record.Result.IsEmpty.ShouldBeTrue();
        (await Tasks.FindAsync(Sample.Task().Id)).ShouldBeNull();
    }

    [Fact]
    public async Task A_task_with_a_lease_is_sent_from_the_start_and_does_not_count_as_waiting()
    {
        var task = await Tasks.AddAsync(lease: Sample.First, limit: 0);
        var record = await Tasks.GetAsync(task);
        (record.State, record.Lease, record.Attempts, record.SentAt).ShouldBe((TaskState.Sent, Sample.First, 1, task.CreatedAt));
    }

    [Fact]
    public async Task The_queue_limit_is_exact_over_restarts_leases_ends_and_agents()
    {
        var tasks = new List<AgentTask>();
        for (var i = 0; i < 3; i++)
        {
            tasks.Add(await Tasks.AddAsync(limit: 3));
        }

        await Tasks.AddAsync(Sample.Task(Sample.Bart), limit: 1);
        await store.ReopenAsync();
        (await OneMoreAsync()).ShouldBe(AppendOutcome.QueueFull);

        await Tasks.LeaseAsync(Sample.Homer, Sample.First, 1, Sample.At(1));
        (await OneMoreAsync()).ShouldBe(AppendOutcome.Accepted);
        (await OneMoreAsync()).ShouldBe(AppendOutcome.QueueFull);

        await Tasks.CompleteAsync([Sample.End(tasks[1], TaskState.Cancelled)]);
        (await OneMoreAsync()).ShouldBe(AppendOutcome.Accepted);

        // What comes back into the queue is never refused, but counts.
        await Tasks.MoveAsync([Sample.Move(tasks[0], TaskState.Queued, null)]);
        (await OneMoreAsync()).ShouldBe(AppendOutcome.QueueFull);

        async Task<AppendOutcome> OneMoreAsync() => (await Tasks.AppendAsync([new NewTask(Sample.Task(), null, 3)])).Single();
    }

    [Fact]
    public async Task One_append_answers_for_each_task_in_order()
    {
        var (a, b) = (Sample.Task(), Sample.Task());
        var outcomes = await Tasks.AppendAsync([
            new(a, null, 1),
            new(b, null, 1),
            new(a, null, 1),
            new(b, Sample.First, 1),
            new(b, null, 5),
        ]);
        outcomes.ShouldBe([
            AppendOutcome.Accepted,
            AppendOutcome.QueueFull,
            AppendOutcome.Duplicate,
            AppendOutcome.Accepted,
            AppendOutcome.Duplicate,
        ]);
        (await Tasks.GetAsync(b)).State.ShouldBe(TaskState.Sent);
    }

    [Fact]
    public async Task Leases_take_the_oldest_first_and_only_of_their_agent()
    {
        var first = await Tasks.AddAsync();
        await Tasks.AddAsync(Sample.Task(Sample.Bart));
        var second = await Tasks.AddAsync();
        var third = await Tasks.AddAsync();
        (await Tasks.LeaseAsync(Sample.Homer, Sample.First, 2, Sample.At(5))).Select(t => t.Id).ShouldBe([first.Id, second.Id]);
        (await Tasks.LeaseAsync(Sample.Homer, Sample.First, 2, Sample.At(6))).Select(t => t.Id).ShouldBe([third.Id]);
        (await Tasks.LeaseAsync(Sample.Homer, Sample.First, 2, Sample.At(7))).ShouldBeEmpty();
        var record = await Tasks.GetAsync(first);
        (record.State, record.Lease, record.Attempts, record.SentAt).ShouldBe((TaskState.Sent, Sample.First, 1, Sample.At(5)));
    }

    [Fact]
    public async Task A_task_back_in_the_queue_keeps_its_place_and_loses_its_lease()
    {
        var first = await Tasks.AddAsync(lease: Sample.First);
        var second = await Tasks.AddAsync();
        await Tasks.MoveAsync([Sample.Move(first, TaskState.Running, Sample.First), Sample.Move(first, TaskState.Queued, null)]);
        var record = await Tasks.GetAsync(first);
        (record.State, record.Lease, record.SentAt, record.StartedAt).ShouldBe((TaskState.Queued, null, null, null));
        (await Tasks.LeaseAsync(Sample.Homer, Sample.First, 9, Sample.At(1))).Select(t => t.Id).ShouldBe([first.Id, second.Id]);
    }

    [Fact]
    public async Task A_wish_to_end_is_remembered_and_changes_nothing_else()
    {
        var task = await Tasks.AddAsync(Sample.Task(retry: true), lease: Sample.First);
        var over = await Tasks.AddAsync(lease: Sample.First);
        await Tasks.MoveAsync([Sample.Move(task, TaskState.Running, Sample.First, at: 10)]);
        await Tasks.CompleteAsync([Sample.End(over, TaskState.Succeeded)]);
        var before = await Tasks.GetAsync(task);
        (before.CancelAskedAt, before.MayRunAgain).ShouldBe((null, true));
        await Tasks.MoveAsync([
            Sample.Move(task, TaskState.Cancelled, null, at: 20),
            Sample.Move(over, TaskState.Cancelled, null),
        ]);
        await Tasks.MoveAsync([Sample.Move(task, TaskState.Cancelled, null, at: 30)]);
        await store.ReopenAsync();
        await Tasks.MoveAsync([Sample.Move(task, TaskState.Running, Sample.First with { Epoch = 2 }, at: 40)]);
        var record = await Tasks.GetAsync(task);
        (record.State, record.StartedAt, record.CancelAskedAt, record.MayRunAgain).ShouldBe(
            (TaskState.Running, Sample.At(10), Sample.At(20), false)
        );
        (await Tasks.GetAsync(over)).CancelAskedAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_list_without_bodies_has_everything_else()
    {
        var task = await Tasks.AddAsync();
        await Tasks.CompleteAsync([Sample.End(task, TaskState.Failed, reason: "why")]);
        foreach (var agent in new AgentId?[] { null, task.Agent })
        {
            var whole = (await Tasks.ListAsync(new TaskQuery(agent, [], 10))).Single();
            var bare = (await Tasks.ListAsync(new TaskQuery(agent, [], 10, Bodies: false))).Single();
            (whole.Result.IsEmpty, bare.Result.IsEmpty, bare.Task.Payload.IsEmpty).ShouldBe((false, true, true));
            (bare with { Task = whole.Task, Result = whole.Result }).ShouldBe(whole);
            (bare.Task with { Payload = whole.Task.Payload }).ShouldBe(whole.Task);
        }
    }

    [Fact]
    public async Task Attempts_count_how_often_a_task_left_the_queue()
    {
        var task = await Tasks.AddAsync(lease: new Lease("a", 1));
        foreach (var (journal, attempts) in new[] { ("a", 2), ("b", 3), ("b", 4) })
        {
            await Tasks.MoveAsync([Sample.Move(task, TaskState.Queued, null)]);
            await Tasks.LeaseAsync(Sample.Homer, new Lease(journal, 1), 1, Sample.At(1));
            (await Tasks.GetAsync(task)).Attempts.ShouldBe(attempts, journal);
        }
    }

    [Fact]
    public async Task The_first_start_counts_until_another_journal_takes_over()
    {
        var task = await Tasks.AddAsync(lease: Sample.First);
        await Tasks.MoveAsync([Sample.Move(task, TaskState.Running, Sample.First, at: 10)]);
        await Tasks.MoveAsync([Sample.Move(task, TaskState.Running, Sample.First with { Epoch = 2 }, at: 20)]);
        var record = await Tasks.GetAsync(task);
        (record.State, record.StartedAt, record.Lease!.Epoch).ShouldBe((TaskState.Running, Sample.At(10), 2));

        await Tasks.MoveAsync([Sample.Move(task, TaskState.Running, new Lease("other", 3), at: 30)]);
        (await Tasks.GetAsync(task)).StartedAt.ShouldBe(Sample.At(30));
    }

    [Fact]
    public async Task A_move_from_an_older_epoch_or_of_a_finished_task_is_ignored()
    {
        var task = await Tasks.AddAsync(lease: new Lease("j", 7));
        await Tasks.MoveAsync([
            Sample.Move(task, TaskState.Running, new Lease("j", 6)),
            Sample.Move(Sample.Task(), TaskState.Queued, null),
        ]);
        (await Tasks.GetAsync(task)).State.ShouldBe(TaskState.Sent);

        await Tasks.CompleteAsync([Sample.End(task, TaskState.Succeeded, epoch: 7)]);
        await Tasks.MoveAsync([Sample.Move(task, TaskState.Queued, null), Sample.Move(task, TaskState.Sent, new Lease("k", 9))]);
        var record = await Tasks.GetAsync(task);
        (record.State, record.Lease).ShouldBe((TaskState.Succeeded, new Lease("j", 7)));
        (await Tasks.LeaseAsync(Sample.Homer, Sample.First, 9, Sample.At(1))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_the_first_end_counts()
    {
        var task = await Tasks.AddAsync(lease: Sample.First);
        var ends = await Tasks.CompleteAsync([
            Sample.End(task, TaskState.Failed, epoch: 1, reason: "exit 1"),
            Sample.End(task, TaskState.Succeeded, epoch: 1),
            Sample.End(Sample.Task(), TaskState.Succeeded),
        ]);
        ends.ShouldBe([CompleteOutcome.Completed, CompleteOutcome.AlreadyFinal, CompleteOutcome.Unknown]);
        await store.ReopenAsync();
        var record = await Tasks.GetAsync(task);
        (record.State, record.Reason, record.FinishedAt).ShouldBe((TaskState.Failed, "exit 1", Sample.At(50)));
        record.Result.ToArray().ShouldBe("{\"exitCode\":0}"u8.ToArray());
    }

    [Fact]
    public async Task An_end_from_an_older_epoch_is_fenced_off()
    {
        var task = await Tasks.AddAsync(lease: new Lease("j", 5));
        (await Tasks.CompleteAsync([Sample.End(task, TaskState.Succeeded, epoch: 4)])).ShouldBe([CompleteOutcome.Fenced]);
        (await Tasks.GetAsync(task)).State.ShouldBe(TaskState.Sent);
        (await Tasks.CompleteAsync([Sample.End(task, TaskState.Succeeded, epoch: 5)])).ShouldBe([CompleteOutcome.Completed]);
    }

    [Fact]
    public async Task A_queued_task_can_be_ended_and_is_leased_to_nobody_then()
    {
        var task = await Tasks.AddAsync();
        var end = Sample.End(task, TaskState.Cancelled, reason: "by admin");
        (await Tasks.CompleteAsync([end])).ShouldBe([CompleteOutcome.Completed]);
        (await Tasks.LeaseAsync(Sample.Homer, Sample.First, 1, Sample.At(1))).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waited_too_long_expires_and_what_was_sent_does_not()
    {
        var late = await Tasks.AddAsync(Sample.Task(expires: 10));
        var sent = await Tasks.AddAsync(Sample.Task(expires: 10), Sample.First);
        var fresh = await Tasks.AddAsync(Sample.Task(expires: 11));
        (await Tasks.ExpireAsync(Sample.At(9))).ShouldBeEmpty();
        (await Tasks.ExpireAsync(Sample.At(10))).Select(t => t.Id).ShouldBe([late.Id]);
        var record = await Tasks.GetAsync(late);
        (record.State, record.FinishedAt).ShouldBe((TaskState.Expired, Sample.At(10)));
        (await Tasks.GetAsync(sent)).State.ShouldBe(TaskState.Sent);
        (await Tasks.GetAsync(fresh)).State.ShouldBe(TaskState.Queued);
        (await store.Letters.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Expiry_with_a_reason_leaves_letters_in_the_same_step()
    {
        var late = await Tasks.AddAsync(Sample.Task(expires: 10));
        await Tasks.ExpireAsync(Sample.At(20), letter: "not connected for 24 h");
        var letter = (await store.Letters.ListAsync()).ShouldHaveSingleItem();
        (letter.Id, letter.Task, letter.Agent, letter.Error, letter.At).ShouldBe(
            (late.Id.ToString(), late.Id, late.Agent, "not connected for 24 h", Sample.At(20))
        );
        letter.Message.ToArray().ShouldBe(late.Payload.ToArray());
        (await Tasks.GetAsync(late)).Reason.ShouldBe("not connected for 24 h");
    }

    [Fact]
    public async Task Pruning_forgets_old_ends_and_keeps_the_newest_and_everything_unfinished()
    {
        var queued = await Tasks.AddAsync(Sample.Task(created: -1000));
        var running = await Tasks.AddAsync(lease: Sample.First);
        var finished = new List<AgentTask>();
        for (var i = 0; i < 6; i++)
        {
            finished.Add(await Tasks.AddAsync(lease: Sample.First));
            await Tasks.CompleteAsync([Sample.End(finished[i], TaskState.Succeeded) with { At = Sample.At(i) }]);
        }

        (await Tasks.PruneAsync(Sample.At(1), 100)).ShouldBe(1);
        (await Tasks.FindAsync(finished[0].Id)).ShouldBeNull();
        (await Tasks.PruneAsync(Sample.At(0), 2)).ShouldBe(3);
        (await ListAsync(new TaskQuery(null, [], 10))).ShouldBe([finished[5].Id, finished[4].Id, running.Id, queued.Id]);
        (await Tasks.PruneAsync(Sample.At(1000), 0)).ShouldBe(2);
        (await ListAsync(new TaskQuery(null, [], 10))).ShouldBe([running.Id, queued.Id]);
    }

    [Fact]
    public async Task Lists_are_newest_first_and_follow_the_query()
    {
        var a = await Tasks.AddAsync();
        var b = await Tasks.AddAsync(Sample.Task(Sample.Bart), Sample.First);
        var c = await Tasks.AddAsync(lease: Sample.First);
        var d = await Tasks.AddAsync();
        await Tasks.CompleteAsync([Sample.End(a, TaskState.Succeeded), Sample.End(b, TaskState.Failed)]);

        (await ListAsync(new TaskQuery(null, [], 10))).ShouldBe([d.Id, c.Id, b.Id, a.Id]);
        (await ListAsync(new TaskQuery(null, [], 2))).ShouldBe([d.Id, c.Id]);
        (await ListAsync(new TaskQuery(null, [], 2, Before: c.Id))).ShouldBe([b.Id, a.Id]);
        (await ListAsync(new TaskQuery(Sample.Homer, [], 2))).ShouldBe([d.Id, c.Id]);
        (await ListAsync(new TaskQuery(Sample.Homer, [], 9, Before: d.Id))).ShouldBe([c.Id, a.Id]);
        (await ListAsync(new TaskQuery(Sample.Homer, [], 2, OldestFirst: true))).ShouldBe([a.Id, c.Id]);
        (await ListAsync(new TaskQuery(null, [TaskState.Failed, TaskState.Queued], 9))).ShouldBe([d.Id, b.Id]);
        (await ListAsync(new TaskQuery(Sample.Bart, [TaskState.Queued], 9))).ShouldBeEmpty();
        (await ListAsync(TaskQuery.Unfinished(null))).ShouldBe([c.Id, d.Id]);
        (await ListAsync(TaskQuery.Unfinished(Sample.Bart))).ShouldBeEmpty();
        (await ListAsync(new TaskQuery(null, [], 9, Before: Sample.Task().Id))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Counts_tell_every_state_of_every_agent()
    {
        await Tasks.AddAsync();
        await Tasks.AddAsync();
        var ended = await Tasks.AddAsync(Sample.Task(Sample.Bart), Sample.First);
        await Tasks.CompleteAsync([Sample.End(ended, TaskState.TimedOut)]);
        (await Tasks.CountAsync()).ShouldBe(
            [new TaskCount(Sample.Homer, TaskState.Queued, 2), new TaskCount(Sample.Bart, TaskState.TimedOut, 1)],
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task Epochs_only_grow_also_over_restarts_and_between_callers()
    {
        var epochs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Tasks.NextEpochAsync().AsTask()));
        epochs.Distinct().Count().ShouldBe(20);
        await store.ReopenAsync();
        (await Tasks.NextEpochAsync()).ShouldBeGreaterThan(epochs.Max());
    }

    [Fact]
    public async Task Many_callers_at_once_never_pass_the_limit_or_lease_a_task_twice()
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(_ => Task.Run(async () => (await Tasks.AppendAsync([new(Sample.Task(), null, 50)])).Single()))
        );
        outcomes.Count(o => o == AppendOutcome.Accepted).ShouldBe(50);
        var leased = await Task.WhenAll(
            Enumerable
                .Range(1, 20)
                .Select(i => Task.Run(async () => await Tasks.LeaseAsync(Sample.Homer, new Lease($"j{i}", i), 4, Sample.At(1))))
        );
        leased.SelectMany(l => l).Select(t => t.Id).Distinct().Count().ShouldBe(50);
        leased.Sum(l => l.Count).ShouldBe(50);
    }

    [Fact]
    public async Task A_cancelled_request_is_not_written()
    {
        var task = Sample.Task();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await Tasks.AppendAsync([new NewTask(task, null, 9)], new CancellationToken(canceled: true))
        );
        (await Tasks.FindAsync(task.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task A_nonsensical_request_is_refused_and_the_others_go_on()
    {
        var task = await Tasks.AddAsync(lease: Sample.First);
        var bad = Sample.Task() with { Type = null! };
        var good = Enumerable.Range(0, 20).Select(_ => Tasks.AddAsync()).ToArray();
        await Should.ThrowAsync<Exception>(async () => await Tasks.AppendAsync([new NewTask(bad, null, 100)]));
        await Task.WhenAll(good);
        await Should.ThrowAsync<ArgumentException>(async () => await Tasks.CompleteAsync([Sample.End(task, TaskState.Running)]));
        await Should.ThrowAsync<ArgumentException>(async () => await Tasks.MoveAsync([Sample.Move(task, TaskState.Sent, null)]));
        var final = Sample.Move(task, TaskState.Failed, Sample.First);
        await Should.ThrowAsync<ArgumentException>(async () => await Tasks.MoveAsync([final]));
        (await Tasks.CountAsync()).Single(c => c.State == TaskState.Queued).Count.ShouldBe(20);
    }

    private async Task<IEnumerable<TaskId>> ListAsync(TaskQuery query) =>
        (await Tasks.ListAsync(query)).Select(r => r.Task.Id).ToArray();
}
