using System.Text;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native;

/// <summary>What a turn shows while it runs: the answer's text on the task's output, all else on its events.</summary>
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

    /// <summary>What was said so far was not the answer; the offset tells where in the output that may begin.</summary>
    public void ResetText()
    {
        lock (gate)
        {
            // For whoever shows all of it one after the other.
            run.Output.Append("\n\n"u8.ToArray());
            var offset = run.Output.Length;
            Line(
                ResponseBody.Write(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("type", "reset-text");
                    json.WriteNumber("offset", offset);
                    json.WriteEndObject();
                })
            );
        }
    }

    public void ToolStarts(string id, string tool) => Tool(id, tool, null);

    public void ToolEnds(string id, string tool, bool ok) => Tool(id, tool, ok);

    /// <summary>A sentence for whoever watches.</summary>
    public void Note(string text)
    {
        run.Surroundings.Log?.Write($"agent {run.Agent.Id}: {text}");
        Line(
            ResponseBody.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "note");
                json.WriteString("text", text);
                json.WriteEndObject();
            })
        );
    }

    private void Tool(string id, string tool, bool? ok) =>
        Line(
            ResponseBody.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "tool");
                json.WriteString("phase", ok is null ? "start" : "end");
                json.WriteString("name", tool);
                json.WriteString("id", id);
                if (ok is { } good)
                {
                    json.WriteBoolean("ok", good);
                }

                json.WriteEndObject();
            })
        );

    private void Line(byte[] json) => run.Events.Append((byte[])[.. json, (byte)'\n']);
}
