using Creel.Proxy.Doors;
using Creel.Proxy.Egress;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Creel.Proxy.Routes;

/// <summary>Every request of a cell: to a provider, to another host, or nowhere.</summary>
internal sealed class CellRoutes(
    Standing standing,
    UpstreamTable upstreams,
    UpstreamCalls calls,
    PlainForward plain,
    PortRoutes port,
    Denials denials
)
{
    public Task ServeAsync(HttpContext context)
    {
        if (context.Features.Get<PortCaller>() is { } caller)
        {
            return PortAsync(context, caller);
        }

        var cell = context.Features.GetRequiredFeature<Cell>();
        if (IsFramedTwice(context.Request))
        {
            return WrongAsync(context, cell, "framing", "the body's length is said in more than one way");
        }

        var target = RequestTarget.Read(context);
        if (context.Features.Get<InterceptedHost>() is { } host)
        {
            return InterceptedAsync(context, cell, host.Name, target);
        }

        return target switch
        {
            RequestTarget.Own own => OwnAsync(context, cell, own),
            RequestTarget.Other other when upstreams.AtHost(other.To.Host) is { } upstream => ByHostAsync(
                context,
                cell,
                upstream,
                other
            ),
            RequestTarget.Other other => plain.ServeAsync(context, cell, other),
            _ => WrongAsync(context, cell, "target", ((RequestTarget.Wrong)target).Why),
        };
    }

    private async Task PortAsync(HttpContext context, PortCaller caller)
    {
        if (IsFramedTwice(context.Request))
        {
            context.Abort();
        }
        else if (await port.AdmitAsync(context, caller).ConfigureAwait(false) is var (cell, target))
        {
            await OwnAsync(context, cell, target).ConfigureAwait(false);
        }
    }

    private Task OwnAsync(HttpContext context, Cell cell, RequestTarget.Own own)
    {
        var end = own.Path.IndexOf('/', 1);
        var upstream = upstreams.Named(end < 0 ? own.Path[1..] : own.Path[1..end]);
        if (upstream is null)
        {
            // Nobody learns from an answer what there is.
            denials.Add(cell, "http", "", 0, "no-route", "no upstream has that prefix", context.Request.Method, own.Path);
            context.Abort();
            return Task.CompletedTask;
        }

        if (end < 0)
        {
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"{own.Path}/{own.Query}";
            return Task.CompletedTask;
        }

        return calls.ServeAsync(context, cell, upstream, upstream.WithoutVersion(own.Path[end..]), own.Query);
    }

    private Task InterceptedAsync(HttpContext context, Cell cell, string host, RequestTarget target) =>
        target switch
        {
            RequestTarget.Other other when other.To.Host == host && upstreams.AtHost(host) is { } upstream => ByHostAsync(
                context,
                cell,
                upstream,
                other
            ),
            RequestTarget.Wrong wrong => WrongAsync(context, cell, "target", wrong.Why),
            _ => PlainAnswer.SendAsync(
                context,
                StatusCodes.Status421MisdirectedRequest,
                "host",
                "the Host is not the server's name"
            ),
        };

    /// <summary>A provider's own host, called past the base URL.</summary>
    private Task ByHostAsync(HttpContext context, Cell cell, Upstream upstream, RequestTarget.Other target)
    {
        if (!standing.Orders.Intercept)
        {
            var why = $"{upstream.Host} is called by its base URL";
            denials.Add(cell, "http", upstream.Host, target.To.Port, "upstream", why, context.Request.Method, target.Path);
            return PlainAnswer.SendAsync(context, 403, "upstream", why);
        }

        return upstream.Below(target.To.Host, target.Path) is { } path
            ? calls.ServeAsync(context, cell, upstream, path, target.Query)
            : WrongAsync(context, cell, "target", "the path is not below the upstream's base");
    }

    private Task WrongAsync(HttpContext context, Cell cell, string rule, string why)
    {
        denials.Add(cell, "http", "", 0, rule, why, context.Request.Method);
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // Where one request is not plain, the next may begin anywhere. HTTP/2 has frames.
            context.Response.Headers.Connection = "close";
        }

        return PlainAnswer.SendAsync(context, 400, rule, why);
    }

    /// <summary>
    /// The server takes the chunks where a request gives both chunks and a length, and keeps the length under another name. Who
    /// else reads the request might take the length, so it goes to nobody.
    /// </summary>
    private static bool IsFramedTwice(HttpRequest request) =>
        request.Headers.TransferEncoding.Count > 0
        && (
            request.Headers.ContainsKey("X-Content-Length")
            || request.Headers.ContentLength is not null
            || !HttpProtocol.IsHttp11(request.Protocol)
            || !request.Headers.TransferEncoding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)
        );
}
