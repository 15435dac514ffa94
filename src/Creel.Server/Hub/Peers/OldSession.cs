using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;
using Creel.Server.Web;

namespace Creel.Server.Hub.Peers;

/// <summary>The hub's side of the link with an agent that speaks the older VM-agent protocol.</summary>
internal sealed class OldSession(
    HubParts hub,
    Admission admission,
    Responses responses,
    Func<AgentSeat, Link, Envelope, ValueTask> ask,
    AgentSeat seat,
    Station station,
    Link link
)
{
    public async Task RunAsync()
    {
        try
        {
            var run = Task.CompletedTask;
            try
            {
                await admission.AdmitAsync(station, link, null, hub.Stopping.Token);
            }
            catch
            {
                link.Close(CloseCodes.TryAgain, "the hub can't read its store at the moment");
                throw;
            }
            finally
            {
                // Also after a failure: the link must still be closed in order.
                link.Limit = RuntimeSession.MaxMessage;
                run = link.RunAsync(hub.Config.Patience, ReceiveAsync);
            }

            await run;
        }
        finally
        {
            admission.Leave(station, link);
        }
    }

    private ValueTask ReceiveAsync(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        if (EnvelopeCodec.Read(message, out _) is not { } envelope)
        {
            hub.Metrics.Malformed();
            return ValueTask.CompletedTask;
        }

        if (envelope.Type != MessageTypes.Response && message.Length > hub.Config.MaxMessage)
        {
            throw new LinkFault(CloseCodes.TooLong, $"only a response may be longer than {hub.Config.MaxMessage} bytes");
        }

        hub.Metrics.Received(envelope.Type);
        lock (seat.Gate)
        {
            seat.Stats.MessagesSent++;
            seat.LastSeen = hub.Now;
        }

        return HandleAsync(envelope);
    }

    private ValueTask HandleAsync(Envelope envelope)
    {
        switch (envelope.Type)
        {
            case MessageTypes.Health:
                if (HealthReport.Read(envelope.Payload) is { } report)
                {
                    link.LastHealth = hub.Now;
                    HealthReport.Merge(seat, report, hub.Now);
                }

                break;
            case MessageTypes.Response:
                Interlocked.Increment(ref hub.Handled);
                Respond(envelope);
                return new ValueTask(link.Intake.RoomAsync(hub.Stopping.Token));
            case MessageTypes.Task:
                Interlocked.Increment(ref hub.Handled);
                return ask(seat, link, envelope);
            case MessageTypes.Log or MessageTypes.Status or MessageTypes.Error:
                Interlocked.Increment(ref hub.Handled);
                Pass(envelope);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private void Respond(Envelope envelope)
    {
        if (LooseJson.Object(envelope.Payload) is not { } payload || !payload.TryGetProperty("taskId", out _))
        {
            return;
        }

        lock (seat.Gate)
        {
            // Counted as it comes, also for a task that nobody knows, as ever.
            if (payload.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.False)
            {
                seat.Stats.TasksFailed++;
            }
            else
            {
                seat.Stats.TasksCompleted++;
            }
        }

        if (TaskId.TryParse(LooseJson.Text(payload, "taskId"), out var id))
        {
            responses.Ended(seat, link, id, payload, envelope.Payload.ToArray());
        }
    }

    /// <summary>To other agents of the older protocol that are there; who sent it is who is connected, whatever it says.</summary>
    private void Pass(Envelope envelope)
    {
        if (envelope.To == MessageTypes.Host)
        {
            return;
        }

        var text = LinkText.Envelope(
            envelope.Id ?? Guid.CreateVersion7(hub.Now).ToString(),
            seat.Id.Value,
            envelope.To,
            envelope.Type,
            envelope.Timestamp is { } at ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Clamp(at, 0, 253402300799999)) : hub.Now,
            envelope.Payload
        );
        foreach (var other in envelope.To is "broadcast" or "*" ? hub.Book.All : Named(envelope.To))
        {
            if (other != seat && other.Link is { Kind: LinkKind.Old, Idle: true } target)
            {
                target.Post(text);
            }
        }
    }

    private AgentSeat[] Named(string to) => hub.Book.All.FirstOrDefault(s => s.Id.Value == to) is { } one ? [one] : [];
}
