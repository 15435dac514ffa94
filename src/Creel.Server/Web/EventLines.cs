using System.Text.Json;
using System.Text.Json.Serialization;
using Creel.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Web;

/// <summary>Tells what happens as it happens: one JSON object a line, <c>application/x-ndjson</c>.</summary>
internal static class EventLines
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A fault before the first event is an ordinary error answer; a later one is the last line.</summary>
    /// <param name="doing">What goes on, as in <c>applying</c>.</param>
    public static async Task AnswerAsync<T>(
        HttpContext context,
        IAsyncEnumerable<T> events,
        Func<T, object> view,
        string doing,
        ILogger log
    )
    {
        var reader = events.GetAsyncEnumerator(context.RequestAborted);
        try
        {
            // The first comes, or a fault does: then nothing has been written and the status can still say so.
            var more = await reader.MoveNextAsync();
            context.Response.ContentType = "application/x-ndjson";
            while (more)
            {
                await WriteAsync(context, view(reader.Current));
                more = await reader.MoveNextAsync();
            }
        }
        catch (CreelException e) when (context.Response.HasStarted)
        {
            await WriteAsync(context, Line(e.Fault));
        }
        catch (Exception e) when (context.Response.HasStarted && e is not OperationCanceledException)
        {
            await WriteAsync(
                context,
                Line(new Fault(FaultKind.Internal, "internal", $"{doing} failed inside Creel", "See its log."))
            );
            log.LogError(e, "{Doing} failed inside Creel", doing);
        }
        finally
        {
            // What was begun is carried through also when nobody listens any more.
            await DrainAsync(reader);
        }
    }

    private static object Line(Fault fault) =>
        new
        {
            @event = "fault",
            error = fault.Message,
            code = fault.Code,
            remedy = fault.Remedy,
        };

    private static async Task WriteAsync(HttpContext context, object line)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        await context.Response.Body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, Json), (byte)'\n']);
        await context.Response.Body.FlushAsync();
    }

    private static async Task DrainAsync<T>(IAsyncEnumerator<T> reader)
    {
        try
        {
            while (await reader.MoveNextAsync())
            {
                // Nobody listens.
            }
        }
        catch (Exception e) when (e is CreelException or OperationCanceledException or InvalidOperationException)
        {
            // It was told already, or its start was called off.
        }

        await reader.DisposeAsync();
    }
}
