using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core.Link;

namespace Creel.Runtime.Link;

/// <summary>
/// Keeps one connection to the hub, for ever: dials, says hello, sends what is in the outbox, hands on what comes.
/// </summary>
internal sealed class HubLink(RuntimeSettings settings, Outbox outbox, ILinkEvents events, RuntimeLog log, TimeProvider time)
{
    private static readonly TimeSpan LastFrame = TimeSpan.FromSeconds(1);
    private readonly Backoff backoff = new(settings.HubSocket is not null);

    /// <summary>Called by whoever understands the hub's messages.</summary>
    public void Welcomed() => backoff.Reset();

    /// <summary>Ends only when it is told to; what waits in the outbox then is still sent, for at most a second.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        string? told = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = await Dialler.DialAsync(settings, stop).ConfigureAwait(false);
                told = null;
                log.Write("connected to the hub");
                await ServeAsync(socket, stop).ConfigureAwait(false);
                log.Write("the hub closed the connection");
            }
            catch (Exception e)
                when (e
                        is WebSocketException
                            or HttpRequestException
                            or IOException
                            or SocketException
                            or OperationCanceledException
                )
            {
                var reason = (e.InnerException ?? e).Message;
                if (reason != told && !stop.IsCancellationRequested)
                {
                    log.Write($"no connection to the hub: {reason}; trying again until it is there");
                    told = reason;
                }
            }

            await PauseAsync(stop).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(backoff.Next(Random.Shared.NextDouble()), time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task ServeAsync(WebSocket socket, CancellationToken stop)
    {
        using var over = new CancellationTokenSource();
        var hello = JsonSerializer.SerializeToUtf8Bytes(events.Hello(), LinkJson.Default.Hello);
        outbox.Open(MessageTypes.Hello, hello);
        var sending = SendAsync(socket, over.Token);
        var receiving = ReceiveAsync(socket, over.Token);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(() => stopped.TrySetResult()).ConfigureAwait(false);
        var first = await Task.WhenAny(sending, receiving, stopped.Task).ConfigureAwait(false);
        if (first == stopped.Task)
        {
            await FlushAsync(sending).ConfigureAwait(false);
        }

        await over.CancelAsync().ConfigureAwait(false);
        outbox.Close();
        events.Disconnected();
        try
        {
            await Task.WhenAll(sending, receiving).WaitAsync(LastFrame, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The hub takes nothing more of what was being sent.
        }
        catch (OperationCanceledException) when (first != sending && first != receiving)
        {
            // We ended it.
        }
        finally
        {
            socket.Abort();
        }
    }

    private async Task FlushAsync(Task sending)
    {
        var start = time.GetTimestamp();
        while (!outbox.IsEmpty && !sending.IsCompleted && time.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
        {
            await Task.Delay(5).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(WebSocket socket, CancellationToken over)
    {
        while (true)
        {
            var frame = await outbox.NextAsync(over).ConfigureAwait(false);
            var type = frame.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            await socket.SendAsync(frame.Bytes, type, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
            frame.Sent?.TrySetResult();
        }
    }

    private async Task ReceiveAsync(WebSocket socket, CancellationToken over)
    {
        var message = new IncomingMessage();
        while (await message.ReadAsync(socket, over).ConfigureAwait(false))
        {
            if (message.IsText)
            {
                if (EnvelopeCodec.Read(message.Bytes, out var problem) is { } envelope)
                {
                    events.Message(envelope);
                }
                else
                {
                    log.Write($"a message of the hub is no envelope: {problem}");
                }
            }
            else if (StreamFrame.TryRead(message.Bytes, out var frame))
            {
                events.Frame(frame);
            }
        }
    }
}
