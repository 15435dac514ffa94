using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Work;
using Creel.Terminal;

namespace Creel.Commands.Tasks;

/// <summary>A task's end for people: what it gave on standard output, how it went on standard error; and the exit code.</summary>
internal static class TaskResult
{
    /// <param name="outputShown">Its output was shown while it ran.</param>
    /// <param name="textOnly">No sentence about how it went.</param>
    public static int Show(Call call, JsonElement answer, bool outputShown = false, bool textOnly = false)
    {
        var task = Call.Read<TaskView>(answer);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCode(task.State);
        }

        if (!outputShown)
        {
            Output(call, Given(task), textOnly);
        }

        if (!textOnly || (Given(task) is null && ExitCode(task.State) != ExitCodes.Ok))
        {
            call.Note(Sentence(task));
        }

        return ExitCode(task.State);
    }

    /// <summary>What the task gave: what the runtime answered holds it, beside how it went.</summary>
    public static JsonElement? Given(TaskView task)
    {
        if (task.Result is { ValueKind: JsonValueKind.Object } answered && answered.TryGetProperty("success", out _))
        {
            return answered.TryGetProperty("result", out var inner) && inner.ValueKind != JsonValueKind.Null ? inner : null;
        }

        return task.Result is { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } ? null : task.Result;
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
        var took = task is { StartedAt: { } from, FinishedAt: { } to }
            ? $" in {Words.Milliseconds((to - from).TotalMilliseconds)}"
            : "";
        var said = string.IsNullOrEmpty(task.Reason) ? Error(task) : task.Reason;
        var exit =
            HealthWords.Number(Given(task), "exitCode") is { } code and not 0 && said?.Contains($"exit code {code}") != true
                ? $", exit code {code}"
                : "";
        var reason = string.IsNullOrEmpty(said) ? "" : $": {PlainText.Line(said)}";
        var still = TaskStates.TryParse(task.State, out var state) && !state.IsFinal() ? "still " : "";
        return $"task {task.Id} of {task.Agent}: {still}{task.State}{took}{exit}{reason}";
    }

    private static string? Error(TaskView task) =>
        task.Result is { ValueKind: JsonValueKind.Object } answered && answered.TryGetProperty("error", out var error)
            ? error.ToString()
            : null;

    private static void Output(Call call, JsonElement? result, bool oneLine)
    {
        if (result is { ValueKind: JsonValueKind.Object } written && Written(written) is { } sentence)
        {
            call.Say(sentence);
        }
        else if (result is { } found && (found.ValueKind != JsonValueKind.Object || !Streams(call, found)))
        {
            call.Io.Out.WriteLine(JsonSerializer.Serialize(found, oneLine ? CliJson.Line : CliJson.Pretty));
        }
    }

    /// <summary>What <c>file:write</c> gives; null for anything else.</summary>
    private static string? Written(JsonElement result) =>
        result.TryGetProperty("filePath", out var path)
        && result.TryGetProperty("size", out var size)
        && size.TryGetInt64(out var bytes)
        && !result.TryGetProperty("content", out _)
            ? $"{path}: {Words.Count(bytes, "byte", "bytes")} written"
            : null;

    /// <summary>False where the result has another shape: then it is shown as it is.</summary>
    private static bool Streams(Call call, JsonElement result)
    {
        var any = false;
        foreach (
            var (name, writer) in new[]
            {
                ("stdout", call.Io.Out),
                ("stderr", call.Io.Error),
                ("text", call.Io.Out),
                ("content", call.Io.Out),
            }
        )
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
