using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;

namespace Creel.Server.Hub.Peers;

/// <summary>The hub's side of the link with a creel-runtime.</summary>
internal sealed class RuntimeSession(HubParts hub, Admission admission, Responses responses, Station station, Link link)
{
    /// <summary>What a runtime may send as a result: two full streams, and what JSON adds to them.</summary>
    public const int MaxMessage = EnvelopeCodec.MaxMessage;
    private const int MaxHealth = 64 * 1024;

    /// <summary>A task's id in a hello, with what JSON puts around it.</summary>
    private const int IdLength = 40;

    private bool introduced;

    public async Task RunAsync()
    {
        // A connection that never introduces itself is not kept.
        await using var timer = hub.Time.CreateTimer(
            _ =>
            {
                if (!introduced)
                {
                    link.Close(CloseCodes.Slow, "no hello came");
                }
            },
            null,
            hub.Config.Patience,
            Timeout.InfiniteTimeSpan
        );
        try
        {
            // A hello names at most what was sent to the cell's agents, and what it may have remembered of before.
            link.Limit += 2 * IdLength * hub.Config.Window * Math.Max(1, station.Seats.Count);
            await link.RunAsync(hub.Config.Patience, ReceiveAsync);
        }
        finally
        {
            admission.Leave(station, link);
        }
    }

    private async ValueTask ReceiveAsync(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        if (type == WebSocketMessageType.Binary)
        {
            if (introduced && StreamFrame.TryRead(message, out var frame))
            {
                link.Streams.Receive(frame);
            }

            return;
        }

        if (EnvelopeCodec.Read(message, out var problem) is not { } envelope)
        {
            hub.Metrics.Malformed();
            throw new LinkFault(CloseCodes.BadMessage, $"a message is {problem}");
        }

        hub.Metrics.Received(envelope.Type);
        if (introduced == (envelope.Type == MessageTypes.Hello))
        {
            throw new LinkFault(CloseCodes.Policy, introduced ? "a second hello" : "the first message is not a hello");
        }

        if (!introduced)
        {
            await IntroduceAsync(envelope);
            return;
        }

        if (envelope.Type != MessageTypes.Response && message.Length > hub.Config.MaxMessage)
        {
            throw new LinkFault(CloseCodes.TooLong, $"only a response may be longer than {hub.Config.MaxMessage} bytes");
        }

        Interlocked.Increment(ref hub.Handled);
        try
        {
            await HandleAsync(envelope);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new LinkFault(
                CloseCodes.BadMessage,
                $"the payload of a {envelope.Type} is not what it should be (byte {(e as JsonException)?.BytePositionInLine ?? 0})"
            );
        }
    }

    private async Task IntroduceAsync(Envelope envelope)
    {
        Hello? hello;
        try
        {
            hello = JsonSerializer.Deserialize(envelope.Payload.Span, LinkJson.Default.Hello);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            hello = null;
        }

        if (
            hello is not { Protocol: 1, Journal.Length: > 0 and <= 128, Running: not null, Pending: not null, Finished: not null }
        )
        {
            throw new LinkFault(CloseCodes.Policy, "the hello is not one of link protocol 1");
        }

        introduced = true;
        link.Limit = MaxMessage;
        await admission.AdmitAsync(station, link, hello, hub.Stopping.Token);
    }

    private ValueTask HandleAsync(Envelope envelope)
    {
        switch (envelope.Type)
        {
            case MessageTypes.Started:
                if (
                    Read(envelope, LinkJson.Default.TaskNotice)?.TaskId is { } started
                    && Owner(started) is var (starter, startedId)
                )
                {
                    responses.Started(starter, link, startedId);
                }

                break;
            case MessageTypes.Response:
                return RespondAsync(envelope);
            case MessageTypes.Output:
                if (
                    Read(envelope, LinkJson.Default.OutputChunk) is { Data: not null } chunk
                    && Owner(chunk.TaskId) is var (_, id)
                )
                {
                    hub.Feed.Output(id, chunk);
                }

                break;
            case MessageTypes.Health when envelope.Payload.Length <= MaxHealth:
                return TakeHealthAsync(envelope.Payload);
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask RespondAsync(Envelope envelope)
    {
        using var payload = JsonDocument.Parse(envelope.Payload);
        var root = payload.RootElement;
        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("taskId", out var named)
            || named.ValueKind != JsonValueKind.String
        )
        {
            return;
        }

        var text = named.GetString()!;
        if (Owner(text) is var (seat, id))
        {
            responses.Ended(seat, link, id, root, envelope.Payload.ToArray());
            await link.Intake.RoomAsync(hub.Stopping.Token);
        }
        else
        {
            // One at a time: a flood of them would keep the store from everybody else.
            await responses.UnexpectedAsync(station, link, text);
        }
    }

    /// <summary>Which agent of this cell works on the task; null for one of another cell's, or one that is over.</summary>
    private (AgentSeat Seat, TaskId Id)? Owner(string text)
    {
        if (!TaskId.TryParse(text, out var id))
        {
            return null;
        }

        foreach (var seat in station.Seats)
        {
            lock (seat.Gate)
            {
                if (seat.InFlight.ContainsKey(id))
                {
                    return (seat, id);
                }
            }
        }

        return null;
    }

    private ValueTask TakeHealthAsync(ReadOnlyMemory<byte> payload)
    {
        if (HealthReport.Read(payload) is not { } report)
        {
            return ValueTask.CompletedTask;
        }

        var before = station.Health;

        link.LastHealth = hub.Now;
        station.Health = report;
        station.HealthAt = hub.Now;
        foreach (var seat in station.Seats)
        {
            HealthReport.Merge(seat, report, hub.Now);
        }

        return SetupNews.TellAsync(hub.Audit, station, before, report);
    }

    private static T? Read<T>(Envelope envelope, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> shape) =>
        JsonSerializer.Deserialize(envelope.Payload.Span, shape);
}
