using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Web;

/// <summary>Turns whatever went wrong into one JSON answer. What nobody foresaw gets an id, and only the log has the rest.</summary>
internal sealed class FaultResponses(RequestDelegate next, WebConfig config, ILogger<FaultResponses> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e)
            when (context.RequestAborted.IsCancellationRequested
                && e is OperationCanceledException or IOException or ConnectionResetException
            )
        {
            // The caller is gone; nobody is there to be told.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var (fault, id) = Explain(e, context);
            context.Response.Clear();
            if (config.OldUnauthenticated)
            {
                OldCors.Put(context);
            }

            if (fault.Kind == FaultKind.Unauthenticated)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }

            var status = e is BadHttpRequestException bad ? bad.StatusCode : FaultTable.HttpStatus(fault.Kind);
            await JsonReply.FaultAsync(context, fault, status, config.OldUnauthenticated && fault.Kind != FaultKind.Internal, id);
        }
        catch (WebSocketException)
        {
            context.Abort();
        }
        catch (Exception e)
        {
            log.LogError(e, "An answer broke off");
            context.Abort();
        }
    }

    /// <summary>The last stop: no such path, or not with this method.</summary>
    public static Task NothingHere(HttpContext context) =>
        throw new CreelException(
            Fault.NotFound("no-route", $"there is no {Verb(context)} here", "docs/protocol.md lists the routes")
        );

    private static string Verb(HttpContext context) =>
        context.Request.Method is { Length: <= 10 } method ? method : "such method";

    private (Fault, string?) Explain(Exception e, HttpContext context)
    {
        switch (e)
        {
            case CreelException known:
                return (known.Fault, null);
            case BadHttpRequestException bad:
                var kind = bad.StatusCode switch
                {
                    StatusCodes.Status413PayloadTooLarge => FaultKind.TooLarge,
                    StatusCodes.Status408RequestTimeout => FaultKind.Timeout,
                    _ => FaultKind.Invalid,
                };
                return (new Fault(kind, "bad-request", bad.Message.TrimEnd('.')), null);
            case JsonException:
                return (Fault.Invalid("json", "the body is not the JSON that this route wants"), null);
            default:
                var id = Guid.NewGuid().ToString("N")[..12];
                log.LogError(
                    e,
                    "Failure {Id} of {Method} {Route}",
                    id,
                    context.Request.Method,
                    context.GetEndpoint()?.DisplayName
                );
                return (
                    new Fault(FaultKind.Internal, "internal", $"something went wrong inside; the server's log has it under {id}"),
                    id
                );
        }
    }
}
