using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>
/// One connection to a gateway that speaks protocol 3 or 4, from being let in to its end. Many calls may be under way at once;
/// an answer that nobody waits for (any more) is passed over.
/// </summary>
internal sealed class GatewayLine : IAsyncDisposable
{
    private static readonly TimeSpan ByeTime = TimeSpan.FromSeconds(1);

    private readonly GatewayAccess access;
    private readonly LineTerms terms;
    private readonly TimeProvider time;
    private readonly Certificates certificates;
    private readonly LineFaults faults;
    private readonly GatewayDialler dialler;
    private readonly ClientWebSocket socket;
    private readonly SemaphoreSlim sending = new(1);
    private readonly ConcurrentDictionary<string, Waiting> waiting = new();
    private readonly TaskCompletionSource<LineEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> challenge = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource closing = new();
    private readonly FrameBuffer frames;
    private readonly Intake intake;
    private readonly Func<Action<string, JsonElement>?> listener;
    private Task receiving = Task.CompletedTask;
    private bool welcomed;
    private int calls;

    private GatewayLine(GatewayAccess access, LineTerms terms, TimeProvider time, Func<Action<string, JsonElement>?> listener)
    {
        (this.access, this.terms, this.time, this.listener) = (access, terms, time, listener);
        certificates = new Certificates(access);
        faults = new LineFaults(access, certificates);
        dialler = new GatewayDialler(certificates);
        socket = dialler.WebSocket;
        (frames, intake) = (new FrameBuffer(socket, terms.Memory), new Intake(terms, time));
    }

    public GatewayHello Hello { get; private set; } = new(0, null, 0);

    /// <summary>What it went through.</summary>
    public GatewayProof Proof => new(dialler.Connected, certificates.Taken, challenge.Task.IsCompleted, welcomed ? Hello : null);

    /// <summary>Completes when the line does.</summary>
    public Task<LineEnd> Ended => ended.Task;

    /// <summary>Bytes of a call, at most: the gateway says how many once it lets us in.</summary>
    private int MostSent => Hello.MaxPayload > 0 ? Math.Min(Hello.MaxPayload, terms.MostBytes) : terms.MostBytes;

    /// <param name="listener">Who hears of events now; null: nobody, and nothing is made of them.</param>
    /// <param name="proven">Told how far it came, if it does not come to its end.</param>
    /// <exception cref="CreelException">It is not there, refuses, or is no gateway.</exception>
    public static async Task<GatewayLine> OpenAsync(
        GatewayAccess access,
        LineTerms terms,
        TimeProvider time,
        Func<Action<string, JsonElement>?> listener,
        Action<GatewayProof>? proven = null,
        CancellationToken cancel = default
    )
    {
        var line = new GatewayLine(access, terms, time, listener);
        try
        {
            using var patience = new CancellationTokenSource(terms.Greeting, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
            await line.GreetAsync(limit.Token).ConfigureAwait(false);
            return line;
        }
        catch (Exception e)
        {
            proven?.Invoke(line.Proof);
            await line.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && !cancel.IsCancellationRequested)
            {
                throw line.faults.Fails(
                    "gateway-silent",
                    $"it says nothing for {terms.Greeting.TotalSeconds:0} s",
                    "Look whether it is a gateway that listens there, and at its log.",
                    e
                );
            }

            throw;
        }
    }

    /// <param name="deadline">From when it is sent.</param>
    /// <exception cref="CreelException">It is larger than the gateway takes.</exception>
    public async Task<LineAnswer> AskAsync(string method, JsonObject? parameters, TimeSpan deadline, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref calls).ToString(CultureInfo.InvariantCulture);
        var frame = CallFrame.Of(id, method, parameters, MostSent);
        var mine = new Waiting(method);
        waiting[id] = mine;
        try
        {
            if (await SendAsync(frame, cancel).ConfigureAwait(false) is { } unsent)
            {
                return unsent;
            }

            var done = await Task.WhenAny(mine.Answer.Task, ended.Task).WaitAsync(deadline, time, cancel).ConfigureAwait(false);
            return mine.Answer.Task.IsCompleted
                ? LineAnswer.Of(method, await mine.Answer.Task.ConfigureAwait(false), access.Secrets)
                : new LineAnswer.Broken(await ended.Task.ConfigureAwait(false), Sent: true);
        }
        catch (TimeoutException)
        {
            return new LineAnswer.Silent();
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(ByeTime);
            if (socket.State == WebSocketState.Open)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It is gone already.
        }

        await closing.CancelAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.TrySetResult(new LineEnd(null, "it was closed here"));
        dialler.Dispose();
    }

    private async Task GreetAsync(CancellationToken cancel)
    {
        try
        {
            await dialler.OpenAsync(access.Url, cancel).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw faults.NotConnected(e, (int)socket.HttpStatusCode);
        }

        receiving = ReceiveAsync();
        var first = await Task.WhenAny(challenge.Task, ended.Task).WaitAsync(cancel).ConfigureAwait(false);
        if (first == ended.Task)
        {
            throw faults.Broke(await ended.Task.ConfigureAwait(false));
        }

        var nonce = await challenge.Task.ConfigureAwait(false);
        var hello = await AskAsync(
                "connect",
                Greeting.Parameters(access, terms.Version, nonce, time.GetUtcNow()),
                Timeout.InfiniteTimeSpan,
                cancel
            )
            .ConfigureAwait(false);
        Hello = hello switch
        {
            LineAnswer.Done done => GatewayHello.Read(done.Payload),
            LineAnswer.Refused refused => throw new CreelException(refused.Refusal.ToFault(access)),
            LineAnswer.Broken broken => throw faults.Broke(broken.End),
            _ => throw new InvalidOperationException("a greeting without a deadline was late"),
        };
        if (Hello.Protocol is < Core.Gateway.GatewayLimits.LowestProtocol or > Core.Gateway.GatewayLimits.HighestProtocol)
        {
            throw new CreelException(new GatewayRefusal("connect", "", "") { ExpectedProtocol = Hello.Protocol }.ToFault());
        }

        welcomed = true;
    }

    /// <returns>Null: it is sent.</returns>
    private async Task<LineAnswer?> SendAsync(byte[] frame, CancellationToken cancel)
    {
        if (ended.Task.IsCompleted)
        {
            return new LineAnswer.Broken(await ended.Task.ConfigureAwait(false), Sent: false);
        }

        await sending.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            // Half a frame would be the end of the line: who gives up gives up waiting, not sending.
            await socket
                .SendAsync(frame.AsMemory(), WebSocketMessageType.Text, true, closing.Token)
                .AsTask()
                .WaitAsync(cancel)
                .ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
            when (e is WebSocketException or ObjectDisposedException
                || (e is OperationCanceledException && !cancel.IsCancellationRequested)
            )
        {
            ended.TrySetResult(new LineEnd(null, "the connection broke off"));
            return new LineAnswer.Broken(await ended.Task.ConfigureAwait(false), Sent: true);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        LineEnd end;
        try
        {
            end = await ListenAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            end = LineEnd.Of(e);
        }

        ended.TrySetResult(end);

        // Nothing on it is listened to any more.
        socket.Abort();
        frames.Dispose();
    }

    private async Task<LineEnd> ListenAsync()
    {
        while (await frames.NextAsync(head => intake.Most(Asked(head)?.Method), closing.Token).ConfigureAwait(false) is { } head)
        {
            if (Take(head) is { } end)
            {
                return end;
            }
        }

        var (code, why) = ((int?)socket.CloseStatus, GatewayRefusal.Plain(socket.CloseStatusDescription ?? "", access.Secrets));
        return new LineEnd(code, $"it closed the connection ({code}{(why.Length > 0 ? " " + why : "")})");
    }

    /// <returns>Null: it is gone on with.</returns>
    private LineEnd? Take(FrameHead head)
    {
        var mine = Asked(head);
        if (!frames.IsWhole)
        {
            var most = intake.Most(mine?.Method);
            return mine is null
                ? Flood($"a frame of more than {most} bytes")
                : new LineEnd(null, $"it sent a frame of more than {most} bytes") { Hopeless = true };
        }

        if (mine is not null)
        {
            var frame = frames.Tree();
            if (!IsFirstOfTwo(mine.Method, frame))
            {
                // Here, and not where the welcome is read: its events may follow at once.
                intake.Greeted |= mine.Method == "connect";
                mine.Answer.TrySetResult(frame);
                return null;
            }
        }

        if (!intake.Takes(frames.Length))
        {
            return Flood($"more than {terms.UnaskedPerMinute} bytes in a minute");
        }

        if (head.IsEvent)
        {
            Hear(head.Event ?? "");
        }

        return null;
    }

    private LineEnd Flood(string what)
    {
        var end = new LineEnd(null, $"it sent {what} that nobody asked for") { Floods = true };
        terms.Tell($"{access}: {end.Why}; the line to it was ended");
        return end;
    }

    /// <summary>Of an event that nobody listens to, nothing is made but the first challenge.</summary>
    private void Hear(string name)
    {
        var challenges = name == "connect.challenge" && !challenge.Task.IsCompleted;
        var heard = listener();
        if (!challenges && heard is null)
        {
            return;
        }

        var payload = Payloads.Member(frames.Tree(), "payload");
        if (challenges)
        {
            challenge.TrySetResult(Payloads.Text(payload, "nonce") ?? "");
        }

        heard?.Invoke(name, payload);
    }

    /// <returns>Null: nobody waits for it.</returns>
    private Waiting? Asked(FrameHead head) =>
        !head.IsEvent && head.Id is { } id && waiting.TryGetValue(id, out var mine) && !mine.Answer.Task.IsCompleted
            ? mine
            : null;

    /// <summary>An agent's turn is answered when it is taken, and again when it is over.</summary>
    private static bool IsFirstOfTwo(string method, JsonElement frame) =>
        method == "agent" && Payloads.Text(Payloads.Member(frame, "payload"), "status") == "accepted";

    private sealed record Waiting(string Method)
    {
        public TaskCompletionSource<JsonElement> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
