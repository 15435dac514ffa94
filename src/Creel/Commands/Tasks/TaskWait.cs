using System.Text.Json;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Commands.Tasks;

/// <summary>Waits for the end of a task by long polls, so that a connection that breaks off costs nothing.</summary>
internal static class TaskWait
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(60);

    /// <returns>The task as it is when it has ended, or when the time is up.</returns>
    public static async Task<JsonElement> ForEndAsync(Call call, string id, TimeSpan limit, CancellationToken cancel)
    {
        var begun = call.Time.GetTimestamp();
        while (true)
        {
            var left = limit == Timeout.InfiniteTimeSpan ? Poll : limit - call.Time.GetElapsedTime(begun);
            var poll = left < Poll ? left : Poll;
            var seconds = Math.Max(1, (int)Math.Ceiling(poll.TotalSeconds));
            var task = await call.Client.GetAsync($"tasks/{Segment(id)}?wait={seconds}", cancel, TimeSpan.FromSeconds(seconds));
            if (IsFinal(task) || (limit != Timeout.InfiniteTimeSpan && call.Time.GetElapsedTime(begun) >= limit))
            {
                return task;
            }
        }
    }

    /// <summary>Waits in some way; when the user does not wait any longer, says that the task goes on.</summary>
    public static Task<int> SayOnInterrupt(string id, Func<Task<int>> wait, CancellationToken cancel) =>
        Interruption.SayAsync(
            wait,
            $"stopped waiting; task {id} goes on",
            $"look again: creel task show {id}; end it: creel task cancel {id}",
            cancel
        );

    public static bool IsFinal(JsonElement task) =>
        task.TryGetProperty("state", out var state) && TaskStates.TryParse(state.GetString(), out var parsed) && parsed.IsFinal();

    /// <exception cref="CreelException">It is no task id.</exception>
    public static string Segment(string id) =>
        TaskId.TryParse(id, out var parsed)
            ? parsed.ToString()
            : throw new CreelException(
                Fault.Invalid("task-id", $"'{Terminal.PlainText.Line(id, 60)}' is not a task id", "see the ids: creel task list")
            );
}
