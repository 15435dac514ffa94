using System.Net.WebSockets;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;

namespace Creel.Server.Hub.Links;

/// <summary>One live connection of a cell or an agent. Everything is sent by one pump, so that order is what was posted.</summary>
internal sealed class Link : IDisposable
{
    /// <summary>A peer that lets more than this wait does not read any more.</summary>
    private const long MostWaiting = 64 * 1024 * 1024;
    private static readonly TimeSpan SendTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    private readonly WebSocket socket;
    private readonly TimeProvider time;
    private readonly Outbox outbox = new();
    private readonly LinkStreams streams;
    private readonly CancellationTokenSource reading;
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (int Code, string Reason)? closing;
    private int underWay;
    private readonly Lock settling = new();
    private TaskCompletionSource? settled;

    /// <param name="intake">What the cell as a whole may make the hub hold.</param>
    public Link(WebSocket socket, LinkKind kind, TimeProvider time, Intake intake, CancellationToken aborted)
    {
        Intake = intake;
        this.socket = socket;
        this.time = time;
        Kind = kind;
        reading = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        LastHealth = time.GetUtcNow();
        streams = new LinkStreams(this);
    }

    public LinkKind Kind { get; }

    public Intake Intake { get; }

    /// <summary>The longest message that it may send, in bytes; counts from the next message on.</summary>
    public int Limit { get; set; } = 64 * 1024;

    /// <summary>Set once, when the link is admitted.</summary>
    public Lease Lease { get; set; } = new("", 0);

    public LinkStreams Streams => streams;

    /// <summary>When health was last heard; at first, when it connected.</summary>
    public DateTimeOffset LastHealth { get; set; }

    public bool Closed { get; private set; }

    /// <summary>Ended, and nothing of it is left.</summary>
    public Task Over => over.Task;

    /// <summary>The peer is behind in reading; better not to send it more work yet.</summary>
    public bool Backlogged => outbox.MessageBytes > MostWaiting / 4;

    /// <summary>A chat message that may be lost: only if the peer reads.</summary>
    public bool Idle => outbox.MessageBytes < 1024 * 1024;

    public void Post(ReadOnlyMemory<byte> message)
    {
        Put(message);
        outbox.Wake();
    }

    /// <summary>Takes it in order, to be sent with the next <see cref="Send"/> at the latest.</summary>
    public void Put(ReadOnlyMemory<byte> message)
    {
        if (Closed)
        {
            return;
        }

        outbox.AddMessage(message);
        if (outbox.MessageBytes > MostWaiting)
        {
            Close(CloseCodes.Slow, "you do not read what you are sent");
        }
    }

    /// <summary>Sends what was put, if it can go at once: not to be called under a lock.</summary>
    public void Send() => outbox.WakeHere();

    public void PostFrame(StreamFrame frame)
    {
        if (Closed)
        {
            return;
        }

        outbox.AddFrame(frame.ToBytes());
        outbox.Wake();
        if (outbox.FrameBytes > MostWaiting)
        {
            // It says that it reads, or its window would be used up, and does not.
            Close(CloseCodes.Slow, "you do not read what you are sent");
        }
    }

    /// <summary>Nothing more is sent but the close. Idempotent; the first reason counts.</summary>
    public void Close(int code, string reason)
    {
        if (closing is null)
        {
            closing = (code, reason);
            Closed = true;
            reading.CancelAfter(CloseTime);
            outbox.Wake();
        }
    }

    /// <summary>Runs the link to its end. What the reader throws closes it.</summary>
    public async Task RunAsync(TimeSpan patience, Func<WebSocketMessageType, ReadOnlyMemory<byte>, ValueTask> received)
    {
        var pump = PumpAsync();
        var reader = new LinkReader(socket, Intake, patience, time);
        try
        {
            while (true)
            {
                reader.Limit = Limit;
                var type = await reader.ReadAsync(reading.Token);
                if (type == WebSocketMessageType.Close)
                {
                    Close(CloseCodes.Normal, "");
                    break;
                }

                if (!Closed)
                {
                    await received(type, reader.Message);
                }
            }
        }
        catch (LinkFault e)
        {
            Close(e.Code, e.Message);
            await DiscardAsync(reader);
        }
        catch (CreelException e)
        {
            Close(CloseCodes.TryAgain, e.Fault.Message);
            await DiscardAsync(reader);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            Close(CloseCodes.Normal, "");
        }
        finally
        {
            // Any other exception is a bug of ours: it goes on to the log, and the link ends all the same.
            Close(1011, "something went wrong in the hub");
            reader.Release();
            await pump;
            streams.Lost();
            over.TrySetResult();
        }
    }

    /// <summary>Counts a step that a successor of this link must wait for: an append or a completion that is under way.</summary>
    public void Begin() => Interlocked.Increment(ref underWay);

    public void End()
    {
        if (Interlocked.Decrement(ref underWay) == 0)
        {
            lock (settling)
            {
                settled?.TrySetResult();
                settled = null;
            }
        }
    }

    /// <summary>Returns when no step is under way. To be called when no new one can begin.</summary>
    /// <exception cref="CreelException">One hangs for longer than this.</exception>
    public async Task SettledAsync(TimeSpan deadline)
    {
        Task over;
        lock (settling)
        {
            if (Volatile.Read(ref underWay) == 0)
            {
                return;
            }

            settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            over = settled.Task;
        }

        try
        {
            await over.WaitAsync(deadline, time);
        }
        catch (TimeoutException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "link-unsettled",
                    $"what the link before had under way is not written after {deadline.TotalSeconds:0} s",
                    "look for a disk that hangs; if none does, restart creel serve"
                )
            );
        }
    }

    public void Dispose()
    {
        reading.Dispose();
        socket.Dispose();
    }

    /// <summary>Reads away what still comes, for a moment: a peer that is sending would see a broken pipe, and no reason.</summary>
    private async Task DiscardAsync(LinkReader reader)
    {
        reader.Release();
        var waste = new byte[4096];
        try
        {
            while ((await socket.ReceiveAsync(waste.AsMemory(), reading.Token)).MessageType != WebSocketMessageType.Close) { }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        { }
    }

    private async Task PumpAsync()
    {
        using var sending = new CancellationTokenSource();
        try
        {
            while (true)
            {
                while (closing is null && outbox.TryTake(out var bytes, out var frame))
                {
                    sending.CancelAfter(SendTime);
                    await socket.SendAsync(
                        bytes,
                        frame ? WebSocketMessageType.Binary : WebSocketMessageType.Text,
                        true,
                        sending.Token
                    );
                    sending.CancelAfter(Timeout.InfiniteTimeSpan);
                }

                if (closing is { } close)
                {
                    sending.CancelAfter(CloseTime);
                    if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    {
                        await socket.CloseOutputAsync((WebSocketCloseStatus)close.Code, Cut(close.Reason), sending.Token);
                    }

                    return;
                }

                await outbox.WaitAsync();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            Close(CloseCodes.Normal, "");
            socket.Abort();
        }
    }

    /// <summary>A close reason has at most 123 bytes.</summary>
    private static string? Cut(string reason) =>
        reason.Length == 0 ? null
        : reason.Length <= 120 ? reason
        : reason[..120];
}

internal enum LinkKind
{
    /// <summary>creel-runtime: introduces itself, remembers what it started, waits for acknowledgements.</summary>
    Runtime,

    /// <summary>An agent that speaks the older VM-agent protocol.</summary>
    Old,
}
