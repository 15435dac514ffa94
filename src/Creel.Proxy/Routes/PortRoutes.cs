using System.Net;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Creel.Proxy.Doors;
using Creel.Proxy.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Creel.Proxy.Routes;

/// <summary>
/// Who calls on the compatibility port: a token names its group, and the rest is as in that group's cell. Providers are all that
/// is reached so: no other host, no tunnel, nothing in a provider's place.
/// </summary>
internal sealed class PortRoutes(Standing standing, TokenStore tokens, UpstreamTable upstreams, WrongTries tries)
{
    private const string Bearer = "Bearer ";

    /// <returns>The group's cell and what it asks for; null: it has been answered, or is closed without an answer.</returns>
    public async ValueTask<(Cell Cell, RequestTarget.Own Target)?> AdmitAsync(HttpContext context, PortCaller caller)
    {
        var target = Target(context);
        if (target is null || tries.IsShutOut(caller.Address))
        {
            context.Abort();
            return null;
        }

        if (Token(context.Request.Headers) is { } token && tokens.Whose(token) is { } group)
        {
            if (standing.Cells.FirstOrDefault(cell => cell.Orders.Group == group) is { } cell)
            {
                return (cell, target);
            }

            await RefuseAsync(context, target, 403, "no-cell", $"the group {group} has no cell that may call anything now")
                .ConfigureAwait(false);
            return null;
        }

        if (tries.Add(caller.Address))
        {
            context.Abort();
            return null;
        }

        await RefuseAsync(
                context,
                target,
                401,
                "no-token",
                "this is no token of a group here: have one made by creel proxy token GROUP, and give it as the API key"
            )
            .ConfigureAwait(false);
        return null;
    }

    /// <summary>A path of the proxy's own, asked for under any address of this machine.</summary>
    private static RequestTarget.Own? Target(HttpContext context) =>
        RequestTarget.Read(context) switch
        {
            RequestTarget.Own own => own,
            RequestTarget.Other other
                when context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.StartsWith('/')
                    && (other.To.Host == "host.docker.internal" || IPAddress.TryParse(other.To.Host, out _)) =>
                new RequestTarget.Own(other.Path, other.Query),
            _ => null,
        };

    /// <summary>As the official clients send their key: one of them as <c>x-api-key</c>, the other as a bearer.</summary>
    private static string? Token(IHeaderDictionary headers)
    {
        var bearer = headers.Authorization.ToString();
        string?[] said =
        [
            headers["x-api-key"],
            bearer.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? bearer[Bearer.Length..] : null,
        ];
        return said.FirstOrDefault(text => GroupToken.IsWellFormed(text));
    }

    /// <summary>In the words of the provider that was asked; who asked for nothing that there is gets no answer.</summary>
    private Task RefuseAsync(HttpContext context, RequestTarget.Own target, int status, string code, string message)
    {
        var end = target.Path.IndexOf('/', 1);
        if (upstreams.Named(end < 0 ? target.Path[1..] : target.Path[1..end]) is not { } upstream)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        // Its body is not read.
        context.Response.Headers.Connection = "close";
        return ProviderAnswer.SendAsync(context, upstream.Model.Dialect, new CallRefusal(status, code, message));
    }
}
