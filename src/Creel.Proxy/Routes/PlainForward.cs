using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Egress;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>Plain HTTP to other hosts, by the cell's egress.</summary>
internal sealed class PlainForward(Standing standing, Lines lines, Denials denials)
{
    private static readonly OpenBook Uncounted = new();

    public async Task ServeAsync(HttpContext context, Cell cell, RequestTarget.Other target)
    {
        var (to, path, query) = target;
        var method = context.Request.Method;
        if (!EgressPolicy.Allows(cell, to.Host, to.Port, method, path))
        {
            await RefuseAsync(403, "not-allowed", $"this cell's egress does not list {method} http://{to.Text(80)}{path}")
                .ConfigureAwait(false);
            return;
        }

        if (context.Request.ContentLength > standing.Orders.BodyLimit)
        {
            await RefuseAsync(413, "body-too-large", "the body is too long").ConfigureAwait(false);
            return;
        }

        if (CallLimiter.Begin(cell) is { } busy)
        {
            await RefuseAsync(busy.Status, busy.Rule, busy.Message).ConfigureAwait(false);
            return;
        }

        try
        {
            var patience = TimeSpan.FromSeconds(standing.Orders.ReadTimeout);
            using var request = Request(context, to, path, query);
            var end = await Forwarder
                .SendAsync(
                    context,
                    request,
                    lines.Plain,
                    patience,
                    Uncounted,
                    body: null,
                    rests: null,
                    cookies: true,
                    RefuseAsync
                )
                .ConfigureAwait(false);
            if (end.Status > 0)
            {
                EgressPolicy.Reached(cell, new EgressRule(to.Host, to.Port, method, path));
            }
        }
        finally
        {
            cell.End();
        }

        Task RefuseAsync(int status, string rule, string why)
        {
            denials.Add(cell, "http", to.Host, to.Port, rule, why, method, path);
            return PlainAnswer.SendAsync(context, status, rule, why);
        }
    }

    private HttpRequestMessage Request(HttpContext context, HostPort to, string path, string query)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Parse(context.Request.Method),
            new Uri(
                string.Concat("http://", to.Text(80), path, query),
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
            )
        )
        {
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = StreamedBody.Of(context, standing.Orders.BodyLimit),
        };
        HeaderRules.CopyToHost(context.Request.Headers, request);
        return request;
    }
}
