using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Keys;
using Creel.Proxy.Logs;
using Creel.Proxy.Routes;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Control;

/// <summary>What <see cref="ControlPaths"/> names.</summary>
internal sealed class ControlRoutes(
    Standing standing,
    KeyStore keys,
    TokenStore tokens,
    OrdersFile file,
    Recent<Denial> denials,
    Recent<CallFact> calls,
    Needed needed,
    ICallBook book,
    MoneyRoutes? money,
    Func<ProxyStatus> status,
    Action stop
)
{
    private const int LongestOrders = 8 * 1024 * 1024;
    private readonly SemaphoreSlim turn = new(1);

    public async Task ServeAsync(HttpContext context)
    {
        needed.Asked();
        var path = context.Request.Path.Value ?? "";
        var task = (context.Request.Method, path) switch
        {
            ("GET", ControlPaths.Status) => SendAsync(context, status(), OutboundJson.Default.ProxyStatus),
            ("PUT", ControlPaths.Orders) => OrdersAsync(context),
            ("GET", ControlPaths.Denials) => LinesAsync(context, denials, OutboundJson.Default.Denial, d => d.Group),
            ("GET", ControlPaths.Calls) => LinesAsync(context, calls, OutboundJson.Default.CallFact, c => c.Group),
            ("GET", ControlPaths.Learned) => LearnedAsync(context),
            ("POST", ControlPaths.Stop) => StopAsync(context),
            ("PUT" or "DELETE", _) when path.StartsWith($"{ControlPaths.Keys}/", StringComparison.Ordinal) => KeyAsync(
                context,
                path[(ControlPaths.Keys.Length + 1)..]
            ),
            ("PUT" or "DELETE", _) when path.StartsWith($"{ControlPaths.Tokens}/", StringComparison.Ordinal) => TokenAsync(
                context,
                GroupId.Parse(path[(ControlPaths.Tokens.Length + 1)..])
            ),
            _ => money?.Serve(context, path, standing)
                ?? throw new CreelException(Fault.NotFound("no-route", "the proxy's control socket has no such route")),
        };
        await task.ConfigureAwait(false);
    }

    internal static GroupId? Group(HttpContext context)
    {
        string? text = context.Request.Query["group"];
        return text is null ? null : GroupId.Parse(text);
    }

    private async Task OrdersAsync(HttpContext context)
    {
        var text = await SmallBody.ReadAsync(context.Request, LongestOrders, context.RequestAborted).ConfigureAwait(false);
        var orders = OrdersText.Read(text.Span);

        // What stands is what is on disk, also when two give orders at once.
        await turn.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            file.Write(orders);
            await book.FollowAsync(orders).ConfigureAwait(false);
            standing.Apply(orders);
        }
        finally
        {
            turn.Release();
        }

        await SendAsync(context, status(), OutboundJson.Default.ProxyStatus).ConfigureAwait(false);
    }

    private async Task KeyAsync(HttpContext context, string upstream)
    {
        var name = new KeyName(upstream, Group(context));
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            if (!keys.Forget(name))
            {
                throw new CreelException(
                    Fault.NotFound("no-key", $"there is no key for {Place(name)}", "creel key ls lists them")
                );
            }
        }
        else
        {
            // A line end more than the key itself may have.
            var value = await SmallBody
                .ReadAsync(context.Request, ControlPaths.LongestKey + 2, context.RequestAborted)
                .ConfigureAwait(false);
            try
            {
                keys.Set(name, value.Span);
            }
            finally
            {
                value.Span.Clear();
            }
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task TokenAsync(HttpContext context, GroupId group)
    {
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            if (!tokens.Forget(group))
            {
                throw new CreelException(
                    Fault.NotFound("no-token", $"the group {group} has no token", "creel proxy status lists those that have")
                );
            }
        }
        else
        {
            var hash = await SmallBody.ReadAsync(context.Request, 66, context.RequestAborted).ConfigureAwait(false);
            tokens.Set(group, hash.Span, replace: context.Request.Query["replace"] == "1");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string Place(KeyName name) =>
        !AgentId.TryParse(name.Upstream, out _) ? "an upstream of that name"
        : name.Group is { } group ? $"{name.Upstream} of the group {group}"
        : name.Upstream;

    private static async Task LinesAsync<T>(HttpContext context, Recent<T> recent, JsonTypeInfo<T> type, Func<T, GroupId> groupOf)
    {
        var group = Group(context);
        context.Response.ContentType = "application/x-ndjson";
        if (context.Request.Query["follow"] != "1")
        {
            foreach (var item in recent.All.Where(i => group is null || groupOf(i) == group))
            {
                await LineAsync(context, item, type).ConfigureAwait(false);
            }

            return;
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        await foreach (var item in recent.FollowAsync(context.RequestAborted).ConfigureAwait(false))
        {
            if (group is null || groupOf(item) == group)
            {
                await LineAsync(context, item, type).ConfigureAwait(false);
            }
        }
    }

    private static async Task LineAsync<T>(HttpContext context, T item, JsonTypeInfo<T> type)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(item, type), (byte)'\n'];
        await context.Response.Body.WriteAsync(line, context.RequestAborted).ConfigureAwait(false);
    }

    private Task LearnedAsync(HttpContext context)
    {
        string? id = context.Request.Query["cell"];
        var cell = standing.Cells.FirstOrDefault(c => c.Orders.Cell.Value == id);
        return cell is null
            ? throw new CreelException(Fault.NotFound("no-cell", "no cell of that id is in the proxy's orders"))
            : SendAsync(context, EgressLesson.Of(cell.Learned.Keys), OutboundJson.Default.ListEgressRule);
    }

    private Task StopAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.OnCompleted(() =>
        {
            stop();
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    internal static async Task SendAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
