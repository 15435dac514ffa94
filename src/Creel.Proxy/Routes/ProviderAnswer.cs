using System.Globalization;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>An answer of the proxy's own, in the words of the provider that was asked.</summary>
internal static class ProviderAnswer
{
    public static async Task SendAsync(HttpContext context, Dialect dialect, CallRefusal refusal)
    {
        // The code by which OpenAI's clients know that money is the reason.
        var code = refusal.Status == StatusCodes.Status402PaymentRequired ? "insufficient_quota" : refusal.Rule;
        var body = ErrorBody.Of(dialect, refusal.Status, code, $"creel: {refusal.Message}");
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;

        // The official clients retry 408, 409, 429 and from 500 on, unless the server says in this header that they should not.
        context.Response.Headers["x-should-retry"] = refusal.Retry is null ? "false" : "true";
        if (refusal.Retry is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
