using Creel.Core;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Web;

/// <summary>
/// Stands before every endpoint. A cell's socket opens the endpoints for cells and nothing else; TCP and our own socket open all
/// others, to whoever calls us by our own name, from no foreign page, with the admin token.
/// </summary>
internal sealed class AccessGate(RequestDelegate next, WebConfig config, AccessRefusals refusals)
{
    private static readonly RouteAccess Default = new(AccessRule.Admin);

    private readonly HostNames hosts = new(config.HostNames);

    public Task InvokeAsync(HttpContext context)
    {
        var access = context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>() ?? Default;
        if (context.Features.Get<CellCaller>() is not null)
        {
            return access.Rule is AccessRule.Cell or AccessRule.Agent ? next(context) : FaultResponses.NothingHere(context);
        }

        CheckHost(context);
        if (config.OldUnauthenticated)
        {
            OldCors.Put(context);
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                return OldCors.PreflightAsync(context);
            }
        }

        var open = config.OldUnauthenticated && (access.Old || context.GetEndpoint() is null);
        if (!open)
        {
            CheckOrigin(context);
        }

        switch (access.Rule)
        {
            case AccessRule.Cell:
                throw ForCells();
            case AccessRule.Admin when !open && !BearerToken.Matches(BearerToken.Of(context.Request), config.AdminTokenHash.Span):
                throw refusals.Refuse(context);
            default:
                return next(context);
        }
    }

    private static CreelException ForCells() =>
        new(
            Fault.NotFound(
                "cells-only",
                "this is served to cells, on their own sockets",
                "An agent at a gateway elsewhere has its conversations there; what it may call here is in its TOOLS.md."
            )
        );

    private void CheckHost(HttpContext context)
    {
        if (!hosts.Names(context.Request.Host, context.Connection.LocalPort))
        {
            throw new CreelException(
                new Fault(
                    FaultKind.Misdirected,
                    "host",
                    "the Host header names somebody else",
                    "call it by localhost or 127.0.0.1 and its port; a name of your own is for serve: creel serve --host-name NAME"
                )
            );
        }
    }

    private void CheckOrigin(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;

        // No page can reach a unix socket; one that some forwarder carries there is at no address of ours.
        var pageless = context.Connection.RemoteIpAddress is null;
        var host = context.Request.Host;
        var ours = origin == $"{context.Request.Scheme}://{host}" || (origin == $"https://{host}" && hosts.Given(host));
        if (origin.Count > 0 && (pageless || !ours))
        {
            throw new CreelException(Fault.Refused("origin", "requests from the pages of other sites are refused"));
        }
    }
}
