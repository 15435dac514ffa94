using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Creel.Proxy.Routes;

/// <summary>A request's body that goes on as it comes, unread.</summary>
internal static class StreamedBody
{
    /// <returns>Null: the request has none.</returns>
    public static HttpContent? Of(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return null;
        }

        var content = new StreamContent(context.Request.Body);
        content.Headers.ContentLength = context.Request.ContentLength;
        return content;
    }
}
