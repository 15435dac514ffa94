using System.Text.Json;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Outbound;

/// <summary>The API of a group's egress: what it is, and to find out what it should be.</summary>
/// <param name="find">A group by its id or one of its agents'. Throws where there is none.</param>
/// <param name="own">The same, for what changes: throws also where the agent shares its group.</param>
public sealed class EgressRoutes(
    ProxyLink link,
    ProxyKeeper keeper,
    Lessons lessons,
    Func<string, OutboundGroup> find,
    Func<string, OutboundGroup> own,
    AuditTrail audit,
    TimeProvider time
)
{
    private const double Longest = 24 * 3600;

    /// <summary>Between two signs of life: one that can't be written is somebody who is gone.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/egress/{name}", ShowAsync);
        app.MapGet("/egress/{name}/learned", LearnedAsync);
        app.MapPost("/egress/{name}/learn", LearnAsync);
    }

    private OutboundGroup Named(HttpContext context) => find(Name(context));

    private static string Name(HttpContext context) => (string?)context.Request.RouteValues["name"] ?? "";

    private Task ShowAsync(HttpContext context)
    {
        var group = Named(context);
        return JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("group", group.Group.Value);
                json.WriteString("network", group.Network.ToString().ToLowerInvariant());
                json.WriteBoolean("learning", lessons.IsOn(group.Group));
                json.WriteBoolean("intercept", group.Intercept);
                json.WriteStartArray("egress");
                foreach (var rule in group.Egress)
                {
                    json.WriteStringValue(rule);
                }

                json.WriteEndArray();
                json.WritePropertyName("upstreams");
                JsonSerializer.Serialize(json, [.. group.Upstreams], OutboundJson.Default.ListUpstreamModel);
            }
        );
    }

    /// <summary>What the last lesson of the group's cell has shown.</summary>
    private async Task LearnedAsync(HttpContext context)
    {
        var cell = CellOf(Named(context));
        using var answer = await link.GetAsync($"{ControlPaths.Learned}?cell={cell}", context.RequestAborted);
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var rules = await JsonSerializer.DeserializeAsync(body, OutboundJson.Default.ListEgressRule, context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WritePropertyName("egress");
                JsonSerializer.Serialize(json, rules ?? [], OutboundJson.Default.ListEgressRule);
            }
        );
    }

    /// <summary>It goes on for as long as the answer is read, and not longer than was asked for.</summary>
    private async Task LearnAsync(HttpContext context)
    {
        var group = own(Name(context));
        var cell = CellOf(group);
        var seconds = await SecondsAsync(context);
        var end = time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        lessons.Begin(group.Group, end);
        try
        {
            await audit.RecordAsync("admin", "egress.learn", $"cell:{cell} ({group.Group})", "ok");
            await audit.FlushAsync(CancellationToken.None);
            await keeper.TellAsync(context.RequestAborted);
            if (keeper.Trouble is { } trouble)
            {
                throw new CreelException(Fault.Unavailable("proxy-down", $"the proxy can't be told: {trouble}"));
            }

            context.Response.ContentType = "application/x-ndjson";
            await LineAsync(
                context,
                $$"""{"event":"learning","group":"{{group.Group}}","agent":"{{group.Agent}}","seconds":{{seconds:0.###}}}"""
            );
            while (time.GetUtcNow() is var now && now < end)
            {
                await Task.Delay(end - now < Beat ? end - now : Beat, time, context.RequestAborted);
                await LineAsync(context, """{"event":"still"}""");
            }

            await LineAsync(context, """{"event":"over"}""");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has what he wanted, or is gone.
        }
        finally
        {
            lessons.End(group.Group);
            await keeper.TellAsync(CancellationToken.None);
            await audit.RecordAsync("admin", "egress.learned", $"cell:{cell} ({group.Group})", "ok");
        }
    }

    private static CellId CellOf(OutboundGroup group) =>
        group is { Network: NetworkMode.Proxy, Cell: { } cell }
            ? cell
            : throw new CreelException(
                Fault.Conflict(
                    "no-way-out",
                    group.Network == NetworkMode.Proxy
                        ? $"the cell of {group.Group} does not run"
                        : $"the cell of {group.Group} has network {group.Network.ToString().ToLowerInvariant()}: the proxy sees nothing of it",
                    group.Network == NetworkMode.Proxy
                        ? $"creel agent start {group.Agent}"
                        : "give it network proxy, and creel up"
                )
            );

    private static async Task<double> SecondsAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        return
            body.RootElement.ValueKind == JsonValueKind.Object
            && body.RootElement.TryGetProperty("seconds", out var said)
            && said.ValueKind == JsonValueKind.Number
            && said.GetDouble() is >= 1 and <= Longest and var seconds
            ? seconds
            : throw new CreelException(Fault.Invalid("seconds", "'seconds' is how long it may learn at most: from 1 to 86400"));
    }

    private static async Task LineAsync(HttpContext context, string line)
    {
        await context.Response.WriteAsync(line + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
