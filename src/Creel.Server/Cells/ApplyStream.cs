using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>Tells an apply as it happens: one JSON object a line, <c>application/x-ndjson</c>.</summary>
internal static class ApplyStream
{
    /// <summary>A fault before the first event is an ordinary error answer; a later one is the last line.</summary>
    public static async Task AnswerAsync(HttpContext context, IAsyncEnumerable<ApplyEvent> events, Wish wish, ILogger log)
    {
        var reader = events.GetAsyncEnumerator(context.RequestAborted);
        try
        {
            // The plan comes first, or a fault does: then nothing has been written and the status can still say so.
            var more = await reader.MoveNextAsync();
            context.Response.ContentType = "application/x-ndjson";
            while (more)
            {
                await WriteAsync(context, View(reader.Current, wish));
                more = await reader.MoveNextAsync();
            }
        }
        catch (CreelException e) when (context.Response.HasStarted)
        {
            await WriteAsync(context, Fault(e.Fault));
        }
        catch (Exception e) when (context.Response.HasStarted && e is not OperationCanceledException)
        {
            await WriteAsync(
                context,
                Fault(new Fault(FaultKind.Internal, "internal", "applying failed inside Creel", "See its log."))
            );
            log.LogError(e, "applying failed inside Creel");
        }
        finally
        {
            // What was begun is carried through also when nobody listens any more.
            await DrainAsync(reader);
        }
    }

    private static object Fault(Fault fault) =>
        new
        {
            @event = "fault",
            error = fault.Message,
            code = fault.Code,
            remedy = fault.Remedy,
        };

    private static object View(ApplyEvent happened, Wish wish) =>
        happened switch
        {
            ApplyEvent.Planned planned => new { @event = "plan", plan = PlanView.From(planned.Plan, wish.Problems, wish.Taken) },
            ApplyEvent.LeftOut left => new { @event = "left-out", why = left.Faults.Select(f => f.Message) },
            ApplyEvent.LocalFile local => new
            {
                @event = "local-file",
                path = local.Path,
                state = local.Written ? "written" : "kept",
            },
            ApplyEvent.Workspace workspace => new
            {
                @event = "workspace",
                agent = workspace.Agent.Value,
                path = workspace.Path,
                state = workspace.Deleted ? "deleted" : "kept",
            },
            ApplyEvent.CellState cell => new
            {
                @event = "state",
                cell = cell.Cell.Value,
                group = cell.Group.Value,
                path = cell.Path,
                state = cell.Deleted ? "deleted" : "kept",
            },
            ApplyEvent.StepRunning running => new
            {
                @event = "step",
                index = running.Index,
                state = "running",
            },
            ApplyEvent.StepDone done => new
            {
                @event = "step",
                index = done.Index,
                state = "done",
                ms = done.Elapsed.TotalMilliseconds,
            },
            ApplyEvent.StepFailed failed => new
            {
                @event = "step",
                index = failed.Index,
                state = "failed",
                message = failed.Fault.Message,
                remedy = failed.Fault.Remedy,
                code = failed.Fault.Code,
                ms = failed.Elapsed.TotalMilliseconds,
            },
            ApplyEvent.Connected connected => new
            {
                @event = "connected",
                index = connected.Index,
                cell = connected.Cell.Value,
                group = connected.Group.Value,
                ms = connected.Elapsed.TotalMilliseconds,
            },
            ApplyEvent.Untold untold => new { @event = "proxy", message = untold.Why },
            ApplyEvent.Done done => new
            {
                @event = "done",
                ok = done.Ok,
                seconds = done.Elapsed.TotalSeconds,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(happened)),
        };

    private static async Task WriteAsync(HttpContext context, object line)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        await context.Response.Body.WriteAsync(
            (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, ViewReply.Json), (byte)'\n']
        );
        await context.Response.Body.FlushAsync();
    }

    private static async Task DrainAsync(IAsyncEnumerator<ApplyEvent> reader)
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
