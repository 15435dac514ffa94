using Creel.Server.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>Tells an apply as it happens.</summary>
internal static class ApplyStream
{
    public static Task AnswerAsync(HttpContext context, IAsyncEnumerable<ApplyEvent> events, Wish wish, ILogger log) =>
        EventLines.AnswerAsync(context, events, happened => View(happened, wish), "applying", log);

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
}
