using System.Text.Json;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Outbound;

/// <summary>The API of the proxy: how it is, and what it let through and refused. Keys are none of it: they go to the proxy itself.</summary>
/// <param name="control">The proxy's control socket, told to whoever may go there.</param>
/// <param name="find">A group by its id or one of its agents'. Throws where there is none.</param>
public sealed class ProxyRoutes(ProxyLink link, ProxyKeeper keeper, string control, Func<string, OutboundGroup> find)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/proxy", StatusAsync);
        app.MapGet("/proxy/denials", context => PassAsync(context, ControlPaths.Denials));
        app.MapGet("/proxy/calls", context => PassAsync(context, ControlPaths.Calls));
    }

    private async Task StatusAsync(HttpContext context)
    {
        ProxyStatus? status;
        var trouble = keeper.Trouble;
        try
        {
            status = await link.StatusAsync(context.RequestAborted);
        }
        catch (CreelException e)
        {
            (status, trouble) = (null, e.Fault.Message);
        }

        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteBoolean("up", status is not null);
                json.WriteString("control", control);
                if (status is null)
                {
                    json.WriteString("trouble", trouble ?? "it does not answer");
                }
                else
                {
                    json.WritePropertyName("status");
                    JsonSerializer.Serialize(json, status, OutboundJson.Default.ProxyStatus);
                }
            }
        );
    }

    /// <summary>The proxy's own lines, as they come.</summary>
    private async Task PassAsync(HttpContext context, string path)
    {
        var group = context.Request.Query["group"].ToString();
        var asked = group.Length > 0 ? $"group={Uri.EscapeDataString(GroupId.Parse(group).Value)}" : null;
        var follow = context.Request.Query["follow"] == "1" ? "follow=1" : null;
        if (follow is not null && group.Length > 0)
        {
            KnownGroup.Require(GroupId.Parse(group), find);
        }

        var query = string.Join('&', new[] { asked, follow }.OfType<string>());
        using var answer = await link.GetAsync(query.Length > 0 ? $"{path}?{query}" : path, context.RequestAborted);
        await using var lines = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        var count = 0;
        if (follow is null && group.Length > 0)
        {
            // One that is gone has its lines still.
            count = await lines.ReadAsync(buffer, context.RequestAborted);
            if (count == 0)
            {
                KnownGroup.Require(GroupId.Parse(group), find);
            }
        }

        context.Response.ContentType = "application/x-ndjson";
        await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        while ((count = await lines.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
