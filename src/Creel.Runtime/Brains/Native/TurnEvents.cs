using System.Text;
using System.Text.Json;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native;

/// <summary>
/// What a turn shows while it runs: the answer's text on the task's output, all else on its events, each with the byte of the output
/// after which it happened.
/// </summary>
internal sealed class TurnEvents(TaskRun run)
{
    private readonly Lock gate = new();

    public void Text(string text)
    {
        lock (gate)
        {
            run.Output.Append(Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>What was said so far was not the answer; that may begin now.</summary>
    public void ResetText()
    {
        lock (gate)
        {
            // For whoever shows all of it one after the other.
            run.Output.Append("\n\n"u8.ToArray());
            Tell("reset-text", _ => { });
        }
    }

    public void ToolStarts(string id, string tool) => Tool(id, tool, null);

    public void ToolEnds(string id, string tool, bool ok) => Tool(id, tool, ok);

    /// <summary>A sentence for whoever watches.</summary>
    public void Note(string text)
    {
        run.Surroundings.Log?.Write($"agent {run.Agent.Id}: {text}");
        Tell("note", json => json.WriteString("text", text));
    }

    private void Tool(string id, string tool, bool? ok) =>
        Tell(
            "tool",
            json =>
            {
                json.WriteString("phase", ok is null ? "start" : "end");
                json.WriteString("name", tool);
                json.WriteString("id", id);
                if (ok is { } good)
                {
                    json.WriteBoolean("ok", good);
                }
            }
        );

    private void Tell(string type, Action<Utf8JsonWriter> more)
    {
        lock (gate)
        {
            var line = ResponseBody.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("type", type);
                json.WriteNumber("offset", run.Output.Length);
                more(json);
                json.WriteEndObject();
            });
            run.Events.Append((byte[])[.. line, (byte)'\n']);
        }
    }
}
