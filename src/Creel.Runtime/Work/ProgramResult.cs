using System.Text.Json;
using System.Text.Unicode;
using Creel.Core.Work;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Work;

/// <summary>What became of a <see cref="ProgramCall"/>; its output is in the run's two buffers.</summary>
/// <param name="Stopped">Why it had to be ended; None where it ended by itself.</param>
internal sealed record ProgramResult(ProgramCall Call, ExitStatus Exit, StopReason Stopped)
{
    /// <summary>Exit code and both streams, on success and failure alike.</summary>
    /// <param name="first">More fields, written before.</param>
    public TaskOutcome ToOutcome(TaskRun run, Action<Utf8JsonWriter>? first = null)
    {
        var result = ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            first?.Invoke(json);
            WriteStreams(json, run);
            json.WriteEndObject();
        });
        var state = Stopped switch
        {
            StopReason.Timeout => TaskState.TimedOut,
            StopReason.Cancelled => TaskState.Cancelled,
            StopReason.Interrupted => TaskState.Interrupted,
            _ => Exit.Code == 0 ? TaskState.Succeeded : TaskState.Failed,
        };
        return new TaskOutcome(state, result, state == TaskState.Succeeded ? null : Sentence());
    }

    public void WriteStreams(Utf8JsonWriter json, TaskRun run)
    {
        WriteText(json, "stdout", run.Output.Trimmed());
        WriteText(json, "stderr", run.Errors.Trimmed());
        json.WriteNumber("exitCode", Exit.Code);
        if (Exit.Signal is { } signal)
        {
            json.WriteString("signal", signal);
        }

        if (Stopped == StopReason.Timeout)
        {
            json.WriteBoolean("timedOut", true);
        }

        if (run.Output.Truncated || run.Errors.Truncated)
        {
            json.WriteStartObject("truncated");
            json.WriteBoolean("stdout", run.Output.Truncated);
            json.WriteBoolean("stderr", run.Errors.Truncated);
            json.WriteEndObject();
        }
    }

    /// <summary>Bytes that may not be text: what is not valid becomes U+FFFD.</summary>
    public static void WriteText(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            json.WriteString(name, bytes);
        }
        else
        {
            json.WriteString(name, System.Text.Encoding.UTF8.GetString(bytes));
        }
    }

    private string Sentence()
    {
        var shown = Call.Shown.Length > 200 ? Call.Shown[..200] + "…" : Call.Shown;
        return Stopped switch
        {
            StopReason.Timeout => $"Command timed out and was ended: {shown}",
            StopReason.Cancelled => $"Command was cancelled: {shown}",
            StopReason.Interrupted => $"Command was ended because its cell stops: {shown}",
            _ when Exit.Signal is { } signal => $"Command failed: {shown} (ended by {signal})",
            _ => $"Command failed: {shown} (exit code {Exit.Code})",
        };
    }
}
