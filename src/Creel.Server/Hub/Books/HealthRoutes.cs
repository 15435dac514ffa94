using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Books;

/// <summary>Is the hub there, and how is it.</summary>
internal sealed class HealthRoutes(HubParts hub, MetricsText metrics)
{
    private readonly long started = hub.Time.GetTimestamp();

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health", Health).Old(AccessRule.Open);
        app.MapGet("/metrics", Metrics).Old();
    }

    private Task Health(HttpContext context)
    {
        var seats = hub.Book.All;
        return JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("status", "healthy");
                json.WriteNumber("uptime", hub.Time.GetElapsedTime(started).TotalSeconds);
                json.WriteNumber("timestamp", hub.Now.ToUnixTimeMilliseconds());
                json.WriteStartObject("agents");
                json.WriteNumber("total", seats.Count);
                json.WriteNumber("online", seats.Count(s => s.Link is not null));
                json.WriteEndObject();
            }
        );
    }

    private async Task Metrics(HttpContext context)
    {
        var text = await metrics.WriteAsync(context.RequestAborted);
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
