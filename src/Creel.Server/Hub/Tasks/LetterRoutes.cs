using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Hub.Books;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Tasks;

/// <summary>Dead letters: look, clear, submit again.</summary>
internal sealed class LetterRoutes(HubParts hub, Dispatcher dispatcher)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/dlq", List).Old();
        app.MapDelete("/admin/dlq", Clear).Old();
        app.MapPost("/admin/dlq/{id}/redrive", Redrive);
    }

    private async Task List(HttpContext context)
    {
        var letters = await hub.Ports.Letters.ListAsync(context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("deadLetterQueue");
                foreach (var letter in letters)
                {
                    json.WriteStartObject();
                    json.WriteString("id", letter.Id);
                    json.WriteString("agent", letter.Agent.Value);
                    json.WriteString("task", letter.Task?.ToString());
                    json.WritePropertyName("message");
                    json.WriteRawValue(letter.Message.Span, skipInputValidation: true);
                    json.WriteString("error", letter.Error);
                    JsonReply.Time(json, "timestamp", letter.At);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task Clear(HttpContext context)
    {
        await hub.Ports.Letters.ClearAsync(context.RequestAborted);
        await hub.Audit.RecordAsync("admin", "dlq.clear", "hub", "ok");
        await JsonReply.WriteAsync(context, json => json.WriteString("status", "cleared"));
    }

    /// <summary>The letter becomes a new task; it stays a letter where that is not possible.</summary>
    private async Task Redrive(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["id"]!;
        var letter =
            await hub.Ports.Letters.TakeAsync(name, context.RequestAborted)
            ?? throw new CreelException(
                Fault.NotFound("letter-not-found", "there is no such dead letter", "list them: GET /admin/dlq")
            );
        var id = dispatcher.NewId();
        try
        {
            await dispatcher.SubmitAsync(new TaskRequest(letter.Agent, letter.Message, "admin"), id);
        }
        catch
        {
            await hub.Ports.Letters.AddAsync([letter], CancellationToken.None);
            throw;
        }

        await hub.Audit.RecordAsync(
            "admin",
            "dlq.redrive",
            $"agent:{letter.Agent}",
            "ok",
            AuditDetail.Of(("letter", letter.Id), ("task", id.ToString()))
        );
        await JsonReply.WriteAsync(context, json => json.WriteString("taskId", id.Value));
    }
}
