using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Work;

public sealed class ReconnectionTests
{
    [Theory]
    [InlineData("same", "running", TaskState.Sent, false, ReconnectAction.Run)]
    [InlineData("same", "pending", TaskState.Sent, false, ReconnectAction.Hold)]
    [InlineData("same", "finished", TaskState.Running, false, ReconnectAction.AwaitResult)]
    [InlineData("same", "", TaskState.Sent, false, ReconnectAction.Resend)]
    [InlineData("same", "", TaskState.Running, false, ReconnectAction.Interrupt)]
    [InlineData("same", "", TaskState.Running, true, ReconnectAction.Requeue)]
    [InlineData("other", "", TaskState.Sent, false, ReconnectAction.Interrupt)]
    [InlineData("other", "", TaskState.Sent, true, ReconnectAction.Requeue)]
    public void A_leased_task_is_settled_by_what_its_runtime_knows(
        string journal,
        string listed,
        TaskState state,
        bool retry,
        ReconnectAction action
    )
    {
        var task = Record(state, retry);
        string[] ids = [task.Task.Id.ToString()];
        var hello = new Hello(
            1,
            "",
            journal,
            listed == "running" ? ids : [],
            listed == "pending" ? ids : [],
            listed == "finished" ? ids : []
        );
        Reconnection.Decide([task], hello).ShouldHaveSingleItem().Action.ShouldBe(action);
    }

    [Fact]
    public void What_waits_or_is_over_is_left_alone_and_strays_are_named()
    {
        var queued = Record(TaskState.Queued, false);
        var done = Record(TaskState.Succeeded, false);
        var hello = new Hello(1, "", "same", [done.Task.Id.ToString(), "unknown"], ["unknown"], []);
        Reconnection.Decide([queued, done], hello).ShouldBeEmpty();
        Reconnection.Strays([queued, done], hello).ShouldBe([done.Task.Id.ToString(), "unknown"]);
    }

    /// <summary>Whatever is reported, a task that may have started is never sent again, unless it said that it may run twice.</summary>
    [Fact]
    public void Nothing_that_may_have_started_starts_again_without_leave()
    {
        var world =
            from count in Gen.Choose(0, 8)
            from tasks in Gen.ArrayOf(
                from state in Gen.Elements(TaskState.Sent, TaskState.Running)
                from retry in Gen.Elements(true, false)
                from list in Gen.Choose(0, 3)
                select (Record(state, retry), list),
                count
            )
            from journal in Gen.Elements("same", "other")
            select (tasks, journal);
        Prop.ForAll(
                world.ToArbitrary(),
                w =>
                {
                    string[] In(int list) => [.. w.tasks.Where(t => t.list == list).Select(t => t.Item1.Task.Id.ToString())];
                    var hello = new Hello(1, "", w.journal, In(1), In(2), In(3));
                    var steps = Reconnection.Decide([.. w.tasks.Select(t => t.Item1)], hello);
                    return steps.Count == w.tasks.Length
                        && steps.All(s =>
                            s.Action switch
                            {
                                ReconnectAction.Resend => w.journal == "same" && s.Task.State == TaskState.Sent,
                                ReconnectAction.Requeue => s.Task.Task.Retry,
                                _ => true,
                            }
                        );
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static TaskRecord Record(TaskState state, bool retry) =>
        new()
        {
            Task = new AgentTask
            {
                Id = new TaskId(Guid.NewGuid()),
                Agent = AgentId.Parse("bart"),
                Type = "exec",
                Payload = "{}"u8.ToArray(),
                From = "admin",
                Retry = retry,
                CreatedAt = DateTimeOffset.UnixEpoch,
                ExpiresAt = DateTimeOffset.UnixEpoch,
            },
            State = state,
            Lease = state == TaskState.Queued ? null : new Lease("same", 1),
        };
}
