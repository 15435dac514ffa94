using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;
using Creel.Server.Web;

namespace Creel.Server.Hub.Bridges;

/// <summary>A task that an older agent sends to another agent: the bridge decides, and the answer comes back as a response.</summary>
internal sealed class AskByEnvelope(HubParts hub, Bridge bridge)
{
    public async ValueTask AskAsync(AgentSeat seat, Link link, Envelope envelope)
    {
        var theirs = TheirId(envelope.Payload);
        try
        {
            if (!AgentId.TryParse(envelope.To, out var to))
            {
                to = hub.Config.OldUnauthenticated ? AgentId.Legacy(envelope.To) : default;
            }

            if (envelope.To is "broadcast" or "*" or MessageTypes.Host or "")
            {
                await bridge.RefuseAsync(seat.Id, envelope.To is "" ? "nobody" : envelope.To);
            }

            var ticket = await bridge.AskAsync(seat.Id, to, envelope.Payload.ToArray());
            _ = AnswerAsync(link, seat.Id, to, theirs ?? ticket.Id.ToString(), ticket);
        }
        catch (CreelException e)
        {
            hub.Metrics.Refused(MessageTypes.Task);
            link.Post(LinkText.Refusal(seat.Id, hub.Now, e.Fault, theirs));
        }
    }

    private async Task AnswerAsync(Link link, AgentId from, AgentId to, string taskId, TaskTicket ticket)
    {
        var record = await ticket.Completion;
        var payload = Web.JsonReply.Text(json =>
        {
            json.WriteStartObject();
            json.WriteString("taskId", taskId);
            json.WriteBoolean("success", record.State == TaskState.Succeeded);
            json.WriteString("state", record.State.Word());
            TaskView.WriteResult(json, record);
            if (record.Reason is not null)
            {
                json.WriteString("error", record.Reason);
            }

            json.WriteEndObject();
        });
        link.Post(LinkText.Envelope(ticket.Id.ToString(), to.Value, from.Value, MessageTypes.Response, hub.Now, payload));
    }

    private static string? TheirId(ReadOnlyMemory<byte> payload) =>
        LooseJson.Object(payload) is { } task ? LooseJson.Text(task, "taskId") : null;
}
