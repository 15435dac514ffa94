using System.Text.Json;
using System.Text.Unicode;
using Creel.Core.Work;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Work;

/// <summary>What became of a <see cref="ProgramCall"/>; its output is in the run's two buffers.</summary>
/// <param name="Stopped">Why it had to be ended; None where it ended by itself.</param>
internal sealed record ProgramResult(ProgramCall Call, ExitStatus Exit, StopReason Stopped)
{
    /// <summary>
    /// Exit code and both streams, on success and failure alike; of the streams as much as the hub takes, since a byte can be
    /// six in JSON.
    /// </summary>
    /// <param name="first">More fields, written before.</param>
    public TaskOutcome ToOutcome(TaskRun run, Action<Utf8JsonWriter>? first = null)
    {
        var result = Write(run, first, int.MaxValue);
        for (var most = ResponseBody.MostResult / 2; result.Length > ResponseBody.MostResult && most > 0; most /= 2)
        {
            result = Write(run, first, most);
        }

        var state = Stopped switch
        {
            StopReason.Timeout => TaskState.TimedOut,
            StopReason.Cancelled => TaskState.Cancelled,
            StopReason.Interrupted => TaskState.Interrupted,
            _ => Exit.Code == 0 ? TaskState.Succeeded : TaskState.Failed,
        };
        return new TaskOutcome(state, result, state == TaskState.Succeeded ? null : Sentence());
    }

    /// <param name="most">Bytes of each stream.</param>
    private byte[] Write(TaskRun run, Action<Utf8JsonWriter>? first, int most) =>
        ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            first?.Invoke(json);
            var outputCut = WriteStream(json, "stdout", run.Output, most);
            var errorsCut = WriteStream(json, "stderr", run.Errors, most);
            json.WriteNumber("exitCode", Exit.Code);
            if (Exit.Signal is { } signal)
            {
                json.WriteString("signal", signal);
            }

            if (Stopped == StopReason.Timeout)
            {
                json.WriteBoolean("timedOut", true);
            }

            if (outputCut || errorsCut)
            {
                json.WriteStartObject("truncated");
                json.WriteBoolean("stdout", outputCut);
                json.WriteBoolean("stderr", errorsCut);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });

    /// <summary>True: not all that was printed is there.</summary>
    private static bool WriteStream(Utf8JsonWriter json, string name, OutputBuffer buffer, int most)
    {
        var bytes = buffer.Trimmed();
        WriteText(json, name, bytes[..Math.Min(bytes.Length, most)]);
        return buffer.Truncated || bytes.Length > most;
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
