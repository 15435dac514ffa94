using Creel.Core;
using Creel.Core.Work;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Conformance.Stores;

/// <summary>
/// Random histories, done to a store and to <see cref="TaskModel"/> alike: answers and contents must never differ.
/// </summary>
public abstract class TaskModelConformance
{
    /// <summary>
    /// One step, drawn as numbers that <see cref="Play"/> gives a meaning, so that any list of steps is a history.
    /// </summary>
    private sealed record Step(int What, int Task, int Agent, int Epoch, int Number);

    private static readonly Gen<Step> AnyStep =
        from what in Gen.Choose(0, 99)
        from task in Gen.Choose(0, 11)
        from agent in Gen.Choose(0, 2)
        from epoch in Gen.Choose(1, 5)
        from number in Gen.Choose(0, 9)
        select new Step(what, task, agent, epoch, number);

    protected abstract Task<StoreUnderTest> OpenAsync();

    [Fact]
    public void A_store_does_as_the_model_does()
    {
        var histories = Arb.From(AnyStep.ArrayOf(), Shrunk);
        Prop.ForAll(histories, steps => PlayAsync(steps).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithStartSize(20).WithEndSize(80));
    }

    private static IEnumerable<Step[]> Shrunk(Step[] steps) =>
        Enumerable.Range(0, steps.Length).Select(i => steps.Where((_, at) => at != i).ToArray());

    private async Task PlayAsync(Step[] steps)
    {
        await using var store = await OpenAsync();
        var model = new TaskModel();
        var tasks = Enumerable.Range(0, 12).Select(i => Sample.Task(AgentId.Parse($"a{i % 3}"), expires: i * 5)).ToArray();
        for (var at = 0; at < steps.Length; at++)
        {
            await Play(steps[at], Sample.At(at), store, model, tasks);
        }

        (await ContentsAsync(store)).ShouldBe(model.Lines);
        await store.ReopenAsync();
        (await ContentsAsync(store)).ShouldBe(model.Lines);
    }

    private static async Task Play(Step step, DateTimeOffset at, StoreUnderTest store, TaskModel model, AgentTask[] tasks)
    {
        var task = tasks[step.Task];
        var lease = new Lease($"j{step.Number % 3}", step.Epoch);
        switch (step.What)
        {
            case < 35:
                var added = new NewTask(task, step.Number < 4 ? lease : null, QueueLimit: 2);
                (await store.Tasks.AppendAsync([added])).ShouldBe([model.Append(added)]);
                break;
            case < 50:
                var agent = AgentId.Parse($"a{step.Agent}");
                (await store.Tasks.LeaseAsync(agent, lease, step.Number % 4, at))
                    .Select(t => t.Id)
                    .ShouldBe(model.Lease(agent, lease, step.Number % 4, at));
                break;
            case < 75:
                var to = (TaskState)(step.Number % 3);
                var move = new TaskMove(task.Id, to, to == TaskState.Queued && step.Epoch > 2 ? null : lease, at);
                await store.Tasks.MoveAsync([move]);
                model.Move(move);
                break;
            case < 92:
                var state = (TaskState)((int)TaskState.Succeeded + step.Number % 6);
                var end = new TaskCompletion(
                    task.Id,
                    state,
                    step.Epoch,
                    "{}"u8.ToArray(),
                    at,
                    step.Number > 5 ? "so" : null,
                    step.Agent > 1 ? at.AddSeconds(-1) : null
                );
                (await store.Tasks.CompleteAsync([end])).ShouldBe([model.Complete(end)]);
                break;
            case < 97:
                (await store.Tasks.ExpireAsync(at)).Select(t => t.Id).ShouldBe(model.Expire(at));
                break;
            default:
                var before = at.AddSeconds(-20);
                (await store.Tasks.PruneAsync(before, step.Number)).ShouldBe(model.Prune(before, step.Number));
                break;
        }
    }

    private static async Task<IEnumerable<string>> ContentsAsync(StoreUnderTest store) =>
        (await store.Tasks.ListAsync(new TaskQuery(null, [], int.MaxValue, OldestFirst: true))).Select(TaskModel.Line).ToArray();
}
