using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>A gateway elsewhere, over one connection that is made when it is first needed and again whenever it broke.</summary>
public sealed class GatewayClient(GatewayAccess access, LineTerms terms, TimeProvider time) : IGatewayLine
{
    /// <summary>What no second try mends: they are told at once.</summary>
    private static readonly string[] Final =
    [
        "gateway-tls",
        "gateway-ca",
        "gateway-token",
        "gateway-pairing",
        "gateway-device",
        "gateway-scope",
        "gateway-protocol",
        "gateway-garbage",
        "gateway-moved",
        "gateway-refused",
        "gateway-name",
    ];

    private static readonly TimeSpan LongestFreshPause = TimeSpan.FromSeconds(1);

    private readonly Lock turn = new();
    private readonly CancellationTokenSource closing = new();
    private Task<GatewayLine>? opening;
    private GatewayLine? current;
    private int connections;
    private int calls;
    private int changes;

    public event Action<string, JsonElement>? Heard;

    public GatewayAccess Access => access;

    public LineFigures Figures => new(Volatile.Read(ref connections), Volatile.Read(ref calls), Volatile.Read(ref changes));

    public async Task<GatewayHello> HelloAsync(CancellationToken cancel = default) =>
        (await LineAsync(cancel).ConfigureAwait(false)).Hello;

    public async Task<JsonElement> CallAsync(
        string method,
        JsonObject? parameters = null,
        CallManner? manner = null,
        CancellationToken cancel = default
    )
    {
        manner ??= CallManner.Usual;
        var began = time.GetTimestamp();
        var attempt = 0;
        while (true)
        {
            var (line, absent) = await TryLineAsync(cancel).ConfigureAwait(false);
            if (line is null)
            {
                if (Final.Contains(absent!.Fault.Code))
                {
                    throw absent;
                }

                await AgainAsync(RetryRule.Pause(terms.FirstPause, attempt++, terms.Chance()), absent.Fault)
                    .ConfigureAwait(false);
                continue;
            }

            Interlocked.Increment(ref calls);
            if (!LineFigures.IsLook(method))
            {
                Interlocked.Increment(ref changes);
            }

            switch (await line.AskAsync(method, parameters, manner.Deadline, cancel).ConfigureAwait(false))
            {
                case LineAnswer.Done done:
                    return done.Payload;
                case LineAnswer.Refused { Refusal: var refusal }:
                    await AgainAsync(PauseAfter(refusal), refusal.ToFault(access)).ConfigureAwait(false);
                    break;
                case LineAnswer.Silent:
                    throw Fails(
                        new Fault(
                            FaultKind.Timeout,
                            "gateway-silent",
                            $"{method}: the gateway at {access} does not answer within {manner.Deadline.TotalSeconds:0} s",
                            "Look at its log; whether it did it is not known."
                        )
                    );
                case LineAnswer.Broken { End: { Hopeless: true } end }:
                    throw Fails(
                        Fault.Unavailable(end.FaultCode, $"{method}: the gateway at {access} can't be understood: {end.Why}")
                    );
                case LineAnswer.Broken { Sent: true, End: var end } when !RetryRule.MayRepeat(method):
                    throw Fails(
                        Fault.Unavailable(
                            "gateway-unsure",
                            $"{method}: the line to {access} ended under it ({end.Why}); whether it was done is not known",
                            "Look at what is there, then decide."
                        )
                    );
                case LineAnswer.Broken { End: var end }:
                    terms.Tell($"{access}: {end.Why}; {method} is tried again");
                    await AgainAsync(
                            RetryRule.Pause(terms.FirstPause, attempt++, terms.Chance()),
                            Fault.Unavailable(end.FaultCode, $"{method}: the gateway at {access} is gone: {end.Why}")
                        )
                        .ConfigureAwait(false);
                    break;
            }
        }

        TimeSpan? PauseAfter(GatewayRefusal refusal) =>
            RetryRule.Of(refusal, manner.Fresh && time.GetElapsedTime(began) < terms.FreshFor) switch
            {
                RetryClass.Soon when refusal.IsUnknownAgent => RetryRule.Pause(
                    terms.FreshPause,
                    attempt++,
                    terms.Chance(),
                    LongestFreshPause
                ),
                RetryClass.Soon => RetryRule.Pause(terms.FirstPause, attempt++, terms.Chance()),
                RetryClass.AfterIt => refusal.RetryAfter + TimeSpan.FromMilliseconds(50),
                _ => null,
            };

        // Null: there is no use in it.
        async Task AgainAsync(TimeSpan? pause, Fault otherwise)
        {
            if (pause is not { } wait || wait > manner.Patience - time.GetElapsedTime(began))
            {
                throw Fails(otherwise);
            }

            if (wait > terms.FirstPause * 2)
            {
                terms.Tell($"{access}: {otherwise.Message}; again in {wait.TotalSeconds:0} s");
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, closing.Token);
            await Task.Delay(wait, time, either.Token).ConfigureAwait(false);
        }
    }

    public async Task RestartedAsync(TimeSpan within, CancellationToken cancel = default)
    {
        if (Volatile.Read(ref current) is not { } line)
        {
            return;
        }

        try
        {
            await line.Ended.WaitAsync(within, time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It went on without one.
            return;
        }

        await CallAsync("health", null, null, cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        Task? last;
        lock (turn)
        {
            last = opening;
        }

        if (last is not null)
        {
            await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (current is not null)
        {
            await current.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<(GatewayLine? Line, CreelException? Absent)> TryLineAsync(CancellationToken cancel)
    {
        try
        {
            return (await LineAsync(cancel).ConfigureAwait(false), null);
        }
        catch (CreelException e)
        {
            return (null, e);
        }
    }

    /// <summary>The connection that is there, or is under way, or else a new one. What becomes of one is told to all who wait for it.</summary>
    private Task<GatewayLine> LineAsync(CancellationToken cancel)
    {
        lock (turn)
        {
            if (current is { Ended.IsCompleted: false } there)
            {
                return Task.FromResult(there);
            }

            // Of nobody who waits for it alone: who gives up leaves it to the others.
            if (opening is not { IsCompleted: false })
            {
                opening = Task.Run(OpenAsync, closing.Token);
            }

            return opening.WaitAsync(cancel);
        }
    }

    private async Task<GatewayLine> OpenAsync()
    {
        if (Volatile.Read(ref current) is { } ended)
        {
            await ended.DisposeAsync().ConfigureAwait(false);
        }

        var opened = await GatewayLine.OpenAsync(access, terms, time, () => Heard, null, closing.Token).ConfigureAwait(false);
        Interlocked.Increment(ref connections);
        Volatile.Write(ref current, opened);
        return opened;
    }

    private static CreelException Fails(Fault fault) => new(fault);
}
