using System.Text.Json;
using Creel.Core.Outbound;
using Creel.Proxy.Dialects;

namespace Creel.Tests.Proxy.Dialects;

public class ErrorBodyTests
{
    [Theory]
    [InlineData(402, "billing_error", "insufficient_quota")]
    [InlineData(403, "permission_error", "permission_error")]
    [InlineData(400, "invalid_request_error", "invalid_request_error")]
    [InlineData(429, "rate_limit_error", "rate_limit_error")]
    [InlineData(503, "api_error", "server_error")]
    public void An_error_looks_like_the_providers_own(int status, string anthropic, string openAi)
    {
        var body = Read(Dialect.Anthropic, status);
        body.GetProperty("type").GetString().ShouldBe("error");
        body.GetProperty("error").GetProperty("type").GetString().ShouldBe(anthropic);
        body.GetProperty("error").GetProperty("message").GetString().ShouldBe("why \"it\" is");
        var error = Read(Dialect.OpenAi, status).GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe(openAi);
        error.GetProperty("code").GetString().ShouldBe("rule");
        error.GetProperty("message").GetString().ShouldBe("why \"it\" is");
    }

    private static JsonElement Read(Dialect dialect, int status) =>
        JsonDocument.Parse(ErrorBody.Of(dialect, status, "rule", "why \"it\" is")).RootElement;
}
