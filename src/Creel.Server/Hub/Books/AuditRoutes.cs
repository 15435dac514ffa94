using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Books;

/// <summary>The book of who did what to whom.</summary>
internal sealed class AuditRoutes(HubParts hub)
{
    private const int Most = 1000;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/audit", List);
        app.MapGet("/audit/verify", Verify);
    }

    private async Task List(HttpContext context)
    {
        var audit = hub.Audit.Book;
        await hub.Audit.FlushAsync(context.RequestAborted);
        var records = Requests.Number(context, "tail", 1, Most) is { } tail
            ? await audit.TailAsync(tail, context.RequestAborted)
            : await audit.ReadAsync(
                Requests.Number(context, "after", 0, int.MaxValue) ?? 0,
                Requests.Number(context, "limit", 1, Most) ?? 100,
                context.RequestAborted
            );
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("entries");
                foreach (var (sequence, entry, hash) in records)
                {
                    json.WriteStartObject();
                    json.WriteNumber("sequence", sequence);
                    JsonReply.Time(json, "at", entry.At);
                    json.WriteString("actor", entry.Actor);
                    json.WriteString("action", entry.Action);
                    json.WriteString("target", entry.Target);
                    json.WriteString("outcome", entry.Outcome);
                    json.WritePropertyName("detail");
                    if (entry.Detail is { } detail)
                    {
                        json.WriteRawValue(detail);
                    }
                    else
                    {
                        json.WriteNullValue();
                    }

                    json.WriteString("hash", Convert.ToHexStringLower(hash.Span));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task Verify(HttpContext context)
    {
        await hub.Audit.FlushAsync(context.RequestAborted);
        var verdict = await hub.Audit.Book.VerifyAsync(context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteNumber("count", verdict.Count);
                json.WriteString("head", verdict.Head);
                if (verdict.BrokenAt is { } at)
                {
                    json.WriteNumber("brokenAt", at);
                }
                else
                {
                    json.WriteNull("brokenAt");
                }

                json.WriteString("problem", verdict.Problem);
            }
        );
    }
}
