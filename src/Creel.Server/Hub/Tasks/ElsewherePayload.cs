using System.Text.Json;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Server.Hub.Tasks;

/// <summary>What a task for an agent at a gateway elsewhere may be: a message, and nothing that only a cell can do.</summary>
internal static class ElsewherePayload
{
    private static readonly string[] Known = ["type", "message", "timeout", "retry", "id", "taskId", "description", "origin"];

    /// <exception cref="CreelException">It is more than that.</exception>
    public static void Check(AgentId agent, string gateway, TaskPayload payload, ReadOnlyMemory<byte> text)
    {
        if (payload.Type != "turn")
        {
            throw new CreelException(
                Fault.Refused(
                    "agent-elsewhere",
                    $"agent '{agent}' lives at gateway '{gateway}', where it can be asked for a turn and nothing else",
                    """Send it {"type":"turn","message":"…"}"""
                )
            );
        }

        if (Message(text).Trim().Length == 0)
        {
            throw new CreelException(Fault.Invalid("empty-message", "the message is empty"));
        }

        using var json = JsonDocument.Parse(text);
        if (json.RootElement.EnumerateObject().Select(m => m.Name).FirstOrDefault(n => !Known.Contains(n)) is { } name)
        {
            throw new CreelException(
                Fault.Invalid(
                    "task-field",
                    $"agent '{agent}' lives at gateway '{gateway}', which does not take '{PlainLine.Of(name, 40)}' from here",
                    "Its conversation, model and prompt are its gateway's."
                )
            );
        }
    }

    public static string Message(ReadOnlyMemory<byte> text)
    {
        using var json = JsonDocument.Parse(text);
        try
        {
            return Web.JsonBody.String(json.RootElement, "message") ?? "";
        }
        catch (InvalidOperationException)
        {
            throw new CreelException(Fault.Invalid("json", "the message is not valid Unicode"));
        }
    }

    /// <summary>What is stored as an answer, in the shape of a runtime's.</summary>
    public static ReadOnlyMemory<byte> Result(string text, string session, bool success) =>
        Web.JsonReply.Text(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success", success);
            json.WriteStartObject("result");
            json.WriteString("text", text);
            json.WriteString("sessionKey", session);
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
