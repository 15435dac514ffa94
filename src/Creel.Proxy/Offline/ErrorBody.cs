using System.Text.Json.Nodes;
using Creel.Core.Outbound;

namespace Creel.Proxy.Offline;

/// <summary>An error as the provider itself would write it.</summary>
internal static class ErrorBody
{
    public static byte[] Of(Dialect dialect, int status, string message) =>
        Pieces.Json(
            dialect == Dialect.Anthropic
                ? new JsonObject
                {
                    ["type"] = "error",
                    ["error"] = new JsonObject { ["type"] = AnthropicType(status), ["message"] = message },
                }
                : new JsonObject
                {
                    ["error"] = new JsonObject
                    {
                        ["message"] = message,
                        ["type"] = OpenAiType(status),
                        ["param"] = null,
                        ["code"] = OpenAiCode(status),
                    },
                }
        );

    private static string AnthropicType(int status) =>
        status switch
        {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            504 => "timeout_error",
            529 => "overloaded_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };

    private static string OpenAiType(int status) =>
        status switch
        {
            429 => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };

    private static string? OpenAiCode(int status) =>
        status switch
        {
            401 => "invalid_api_key",
            404 => "model_not_found",
            429 => "rate_limit_exceeded",
            _ => null,
        };
}
