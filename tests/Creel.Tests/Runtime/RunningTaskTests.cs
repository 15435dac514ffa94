using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Runtime;
using Creel.Runtime.Link;
using Creel.Runtime.Work;

namespace Creel.Tests.Runtime;

public sealed class RunningTaskTests
{
    [Theory]
    [InlineData("exec", null, 60)]
    [InlineData("exec", 20, 60)]
    [InlineData("turn", null, 600)]
    [InlineData("turn", 20, 20)]
    public void A_turn_has_a_time_of_its_own_and_other_tasks_their_agents(string type, int? said, int seconds)
    {
        var order = new TaskOrder("t", "bart", type, JsonDocument.Parse("{}").RootElement);
        order
            .Timeout(TestHub.Policy(timeout: 60_000), new MindModel { TimeoutSeconds = said })
            .ShouldBe(TimeSpan.FromSeconds(seconds));
        order.Timeout(TestHub.Policy(timeout: 60_000)).ShouldBe(TimeSpan.FromSeconds(type == "turn" ? 600 : 60));
    }

    [Fact]
    public async Task Who_begins_to_watch_after_the_end_gets_nothing_that_would_come_after_the_response()
    {
        using var folder = new TestFolder();
        var settings = new RuntimeSettings { Cell = "cell", State = folder.Path };
        var agent = TestHub.Agent("bart", folder.Path);
        var order = new TaskOrder("t", "bart", "exec", JsonDocument.Parse("{}").RootElement);
        var run = new TaskRun(order, agent, new TaskSurroundings(settings, _ => null, TimeProvider.System, false));
        using var task = new RunningTask(run, new Lane(agent), new RuntimeLog(folder["log"], TimeProvider.System));
        var outbox = new Outbox(() => "cell", TimeProvider.System);
        outbox.Open("hello", "{}"u8.ToArray());

        await task.CarryOutAsync(
            r =>
            {
                r.Output.Append("printed"u8.ToArray());
                return Task.FromResult(TaskOutcome.Success("{}"u8.ToArray()));
            },
            TimeSpan.FromMinutes(1)
        );
        task.Watch(outbox);

        await outbox.NextAsync(default);
        using var nothing = new CancellationTokenSource();
        var next = outbox.NextAsync(nothing.Token).AsTask();
        next.IsCompleted.ShouldBeFalse();
        await nothing.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => next);
    }
}
