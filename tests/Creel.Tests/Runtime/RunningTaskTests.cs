using System.Text.Json;
using Creel.Runtime;
using Creel.Runtime.Link;
using Creel.Runtime.Work;

namespace Creel.Tests.Runtime;

public sealed class RunningTaskTests
{
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
