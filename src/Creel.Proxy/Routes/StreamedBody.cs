using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Creel.Proxy.Routes;

/// <summary>A request's body that goes on as it comes, unread.</summary>
internal static class StreamedBody
{
    /// <param name="limit">Bytes of it, at most; who sends more is cut off.</param>
    public static HttpContent Of(HttpContext context, long limit)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return new EmptyBody();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        var content = new StreamContent(context.Request.Body);
        content.Headers.ContentLength = context.Request.ContentLength;
        return content;
    }
}
