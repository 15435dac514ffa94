using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands.Tasks;

/// <summary>A task's output as it comes, until its end.</summary>
internal static class TaskWatch
{
    /// <param name="limit">At most so long; null or infinite: until the end.</param>
    public static async Task<int> RunAsync(Call call, string id, TimeSpan? limit, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = call.Time.CreateTimer(
            _ => over.Cancel(),
            null,
            limit ?? Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        try
        {
            return await FollowAsync(call, id, over.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return TaskResult.Show(call, await call.Client.GetAsync($"tasks/{TaskWait.Segment(id)}", cancel), outputShown: true);
        }
    }

    private static async Task<int> FollowAsync(Call call, string id, CancellationToken cancel)
    {
        var output = new WatchedOutput(call);
        await foreach (var (name, data) in call.Client.EventsAsync($"tasks/{TaskWait.Segment(id)}/events", cancel))
        {
            switch (name)
            {
                case "end":
                    output.Finish();
                    if (call.Json)
                    {
                        call.PrintLine(new { @event = name, data });
                        return TaskResult.ExitCode(Call.Read<TaskView>(data).State);
                    }

                    return TaskResult.Show(call, data, output.Any);
                case var _ when call.Json:
                    call.PrintLine(new { @event = name, data });
                    break;
                case "output":
                    output.Take(data);
                    break;
            }
        }

        throw new CreelException(
            Fault.Unavailable(
                "events-cut",
                "the server went away before the task's end",
                $"see it later: creel task show {id} --wait"
            )
        );
    }
}
