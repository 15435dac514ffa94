using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>An answer of the proxy's own, in the words of the provider that was asked, since its client reads no others.</summary>
/// <param name="Retry">Seconds after which it may go through; null: never, so clients are told not to try again.</param>
internal sealed record ProviderAnswer(int Status, byte[] Body, int? Retry)
{
    public static ProviderAnswer Of(Dialect dialect, int status, string code, string message, int? retry = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (dialect == Dialect.Anthropic)
            {
                json.WriteString("type", "error");
                json.WriteStartObject("error");
                json.WriteString("type", AnthropicType(status));
                json.WriteString("message", $"creel: {message}");
            }
            else
            {
                json.WriteStartObject("error");
                json.WriteString("message", $"creel: {message}");
                json.WriteString("type", OpenAiType(status));
                json.WriteNull("param");
                json.WriteString("code", code);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new ProviderAnswer(status, buffer.WrittenSpan.ToArray(), retry);
    }

    public async Task SendAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Body.Length;

        // Both official clients heed this before they look at the status.
        context.Response.Headers["x-should-retry"] = Retry is null ? "false" : "true";
        if (Retry is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.Body.WriteAsync(Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static string AnthropicType(int status) =>
        status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            504 => "timeout_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };

    private static string OpenAiType(int status) =>
        status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            429 => "rate_limit_exceeded",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };
}
