using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Work;
using Creel.Terminal;

namespace Creel.Commands.Tasks;

/// <summary>A task's end for people: what it gave on standard output, how it went on standard error; and the exit code.</summary>
internal static class TaskResult
{
    public static int Show(Call call, JsonElement answer, bool outputShown = false)
    {
        var task = Call.Read<TaskView>(answer);
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            if (!outputShown)
            {
                Output(call, task.Result);
            }

            call.Note(Sentence(task));
        }

        return ExitCode(task.State);
    }

    /// <summary>One that is not over when the waiting is counts as a timeout.</summary>
    public static int ExitCode(string state) =>
        TaskStates.TryParse(state, out var parsed)
            ? parsed switch
            {
                TaskState.Succeeded => ExitCodes.Ok,
                TaskState.TimedOut or TaskState.Queued or TaskState.Sent or TaskState.Running => ExitCodes.Timeout,
                _ => ExitCodes.Negative,
            }
            : ExitCodes.Negative;

    public static string Sentence(TaskView task)
    {
        var took = task is { StartedAt: { } from, FinishedAt: { } to } ? $" in {Words.Milliseconds((to - from).TotalMilliseconds)}" : "";
        var exit = HealthWords.Number(task.Result, "exitCode") is { } code and not 0 ? $", exit code {code}" : "";
        var reason = string.IsNullOrEmpty(task.Reason) ? "" : $": {PlainText.Line(task.Reason)}";
        var still = TaskStates.TryParse(task.State, out var state) && !state.IsFinal() ? "still " : "";
        return $"task {task.Id} of {task.Agent}: {still}{task.State}{took}{exit}{reason}";
    }

    private static void Output(Call call, JsonElement? result)
    {
        if (result is not { } found || found.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return;
        }

        if (found.ValueKind != JsonValueKind.Object || !Streams(call, found))
        {
            call.Io.Out.WriteLine(JsonSerializer.Serialize(found, CliJson.Pretty));
        }
    }

    /// <summary>False where the result has another shape: then it is shown as it is.</summary>
    private static bool Streams(Call call, JsonElement result)
    {
        var any = false;
        foreach (var (name, writer) in new[] { ("stdout", call.Io.Out), ("stderr", call.Io.Error), ("text", call.Io.Out), ("content", call.Io.Out) })
        {
            if (!result.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            {
                continue;
            }

            any = true;
            var text = PlainText.Clean(value.GetString());
            if (text.Length > 0)
            {
                writer.Write(text.EndsWith('\n') ? text : text + "\n");
            }
        }

        return any;
    }
}
