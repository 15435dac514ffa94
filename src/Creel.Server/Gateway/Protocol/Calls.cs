using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Protocol;

/// <summary>
/// Answers the calls of one client: those that change something one after the other, as they came, all others at once; so many
/// at a time, and then it waits to read the next.
/// </summary>
internal sealed class Calls(Client client, MethodTable methods, ILogger log, CancellationToken cancel)
{
    private const int Most = 64;

    private readonly SemaphoreSlim room = new(Most, Most);
    private readonly SemaphoreSlim lengthy = new(1, 1);
    private Task last = Task.CompletedTask;
    private int foreign;

    public async Task TakeAsync(FrameReading reading)
    {
        if (reading.Frame is not { } frame)
        {
            client.Socket.Send(
                Frames.Refusal(reading.Id ?? "invalid", GatewayError.Invalid($"invalid request frame: {reading.Wrong}"))
            );
            return;
        }

        await room.WaitAsync(cancel);
        var method = methods.Find(frame.Method);
        var before = method?.Changes == true ? last : Task.CompletedTask;
        // On a thread of its own: a method that computes for long must not hold up the reading.
        var running = Task.Run(() => AnswerAsync(frame, method, before), CancellationToken.None);
        if (method?.Changes == true)
        {
            last = running;
        }
    }

    private async Task AnswerAsync(RequestFrame frame, GatewayMethod? method, Task before)
    {
        var call = new GatewayCall(client, frame, cancel);
        try
        {
            await before;
            if (Check(frame, method) is { } wrong)
            {
                call.Refuse(wrong);
                if (Volatile.Read(ref foreign) >= GatewayLimits.ScopeViolations)
                {
                    client.Socket.End(1008, "repeated unauthorized calls");
                }

                return;
            }

            if (method!.IsLong)
            {
                await lengthy.WaitAsync(cancel);
            }

            try
            {
                call.Answer(await method.Answer(call));
            }
            finally
            {
                if (method.IsLong)
                {
                    lengthy.Release();
                }
            }
        }
        catch (GatewayException e)
        {
            call.Refuse(e.Error);
        }
        catch (CreelException e)
        {
            call.Refuse(GatewayError.Of(e.Fault));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The client is gone, or we are.
        }
        catch (Exception e)
        {
            var id = Guid.NewGuid().ToString("N")[..8];
            log.LogError(e, "{Method} failed ({Id})", frame.Method, id);
            call.Refuse(new GatewayError(GatewayError.Unavailable, $"this failed here; the gateway's log says why ({id})"));
        }
        finally
        {
            room.Release();
        }
    }

    private GatewayError? Check(RequestFrame frame, GatewayMethod? method)
    {
        if (frame.Method == "connect")
        {
            return GatewayError.Invalid("connect is only valid as the first request");
        }

        if (method is null)
        {
            return GatewayError.Invalid($"unknown method: {(frame.Method.Length <= 80 ? frame.Method : frame.Method[..80])}");
        }

        if (GatewayScopes.Missing(frame.Method, client.Scopes) is { } scope)
        {
            Interlocked.Increment(ref foreign);
            return GatewayError.Invalid(
                $"missing scope: {scope}",
                new JsonObject { ["code"] = "MISSING_SCOPE", ["missingScope"] = scope }
            );
        }

        var shape = method.Shape;
        return
            (method.Lenient ? shape.CheckKnown(frame.Params, client.Protocol) : shape.Check(frame.Params, client.Protocol))
                is { } wrong
            ? GatewayError.Invalid($"invalid {frame.Method} params: {wrong}")
            : null;
    }
}
