using Microsoft.AspNetCore.Http;

namespace Creel.Server.Web;

/// <summary>The headers that the older hub put on every answer. Only its unauthenticated mode still does.</summary>
internal static class OldCors
{
    public static void Put(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, POST, PUT, DELETE, OPTIONS";
        headers.AccessControlAllowHeaders = "Content-Type, Authorization";
    }

    public static Task PreflightAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("OK");
    }
}
