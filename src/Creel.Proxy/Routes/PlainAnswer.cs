using System.Text;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>An answer of the proxy's own to somebody who did not ask a provider.</summary>
internal static class PlainAnswer
{
    public static async Task SendAsync(HttpContext context, int status, string rule, string why)
    {
        var body = Encoding.UTF8.GetBytes($"refused ({rule}): {why}\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers["X-Creel-Rule"] = rule;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
