using System.Text.Json;
using Creel.Core;
using Creel.Core.Policy;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Cells.Trials;

/// <summary><c>POST /verify</c>: attacks the habitat's cells and tells each attempt as it is made, one JSON object a line.</summary>
internal sealed class TrialRoutes(CellBook book, Trial trial, CellAudit audit)
{
    private sealed record Request(IReadOnlyList<string>? Agents);

    public void Map(IEndpointRouteBuilder app) => app.MapPost("/verify", VerifyAsync);

    private async Task VerifyAsync(HttpContext context)
    {
        var agents = await ReadAsync(context);
        var target = agents.Count == 0 ? "habitat" : string.Join(", ", agents.Select(a => $"agent:{a}"));
        IReadOnlySet<CellId> chosen;
        try
        {
            chosen = agents.Select(Cell).ToHashSet();
            if (!book.All.Any(c => c.Running))
            {
                throw new CreelException(
                    Fault.Unavailable("nothing-running", "no cell is running, so there is nothing to attack", "creel up FILE")
                );
            }
        }
        catch (CreelException e)
        {
            await audit.AskedAsync("verify.run", target, "refused", new { code = e.Fault.Code });
            throw;
        }

        await audit.AskedAsync("verify.run", target, "ok");
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var happened in trial.RunAsync(chosen, context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(
                (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(View(happened), ViewReply.Json), (byte)'\n'],
                context.RequestAborted
            );
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private CellId Cell(AgentId agent) =>
        book.All.FirstOrDefault(c => c.Design?.Agents.Any(a => a.Id == agent) == true) switch
        {
            { Running: true } cell => cell.Record.Id,
            { } => throw new CreelException(
                Fault.Unavailable("agent-offline", $"the cell of agent {agent} is not running", $"creel agent start {agent}")
            ),
            null => throw new CreelException(
                Fault.NotFound("agent", $"no agent {agent} is in the habitat that is up", "See them: creel ps.")
            ),
        };

    private static async Task<IReadOnlyList<AgentId>> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or 0)
        {
            return [];
        }

        try
        {
            var request = JsonSerializer.Deserialize<Request>((await JsonBody.ReadAsync(context)).Span, ViewReply.Json);
            return [.. (request?.Agents ?? []).Select(AgentId.Parse)];
        }
        catch (JsonException)
        {
            throw new CreelException(Fault.Invalid("request", "the body is to be like {\"agents\":[\"bart\"]}"));
        }
    }

    private static object View(TrialEvent happened) =>
        happened switch
        {
            TrialEvent.Began began => new
            {
                @event = "cell",
                cell = began.Cell.Record.Id.Value,
                group = began.Cell.Record.Group.Value,
                agents = began.Cell.Design!.Agents.Select(a => a.Id.Value),
                driver = began.Cell.Record.Driver,
                level = StepView.Word(began.Cell.Design.Group.Level),
                network = StepView.Word(began.Cell.Design.Network),
                ociRuntime = began.Cell.Design.Group.OciRuntime,
                claiming = began.Claimed,
                attempts = began.Attempts,
                note = began.Note,
            },
            TrialEvent.Row row => new
            {
                @event = "attempt",
                cell = row.Cell.Record.Id.Value,
                group = row.Cell.Record.Group.Value,
                id = row.Attempt.Id,
                family = Claims.Word(row.Attempt.Family),
                what = row.Attempt.Sentence,
                claimed = row.Claimed,
                tried = row.Held is not null,
                held = row.Held,
                fails = row.Fails,
                evidence = row.Evidence,
            },
            TrialEvent.Left left => new
            {
                @event = "left-out",
                cell = left.Cell.Record.Id.Value,
                group = left.Cell.Record.Group.Value,
                why = left.Why,
            },
            TrialEvent.Done done => new
            {
                @event = "done",
                ok = done.Ok,
                cells = done.Cells,
                sum = new
                {
                    held = done.Held,
                    failed = done.Failed,
                    untried = done.Untried,
                    unclaimed = done.Unclaimed,
                },
            },
            _ => throw new ArgumentOutOfRangeException(nameof(happened)),
        };
}
