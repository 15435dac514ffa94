namespace Creel.Core.Outbound;

/// <summary>The providers that are there without being configured, and what each dialect may call.</summary>
public static class BuiltInUpstreams
{
    public static readonly UpstreamModel Anthropic = new()
    {
        Name = "anthropic",
        BaseUrl = "https://api.anthropic.com",
        Hosts = ["api.anthropic.com"],
        Auth = AuthStyle.ApiKey,
        Dialect = Dialect.Anthropic,
        Calls = CallsOf(Dialect.Anthropic),
    };

    public static readonly UpstreamModel OpenAi = new()
    {
        Name = "openai",
        BaseUrl = "https://api.openai.com",
        Hosts = ["api.openai.com"],
        Auth = AuthStyle.Bearer,
        Dialect = Dialect.OpenAi,
        Calls = CallsOf(Dialect.OpenAi),
    };

    public static IReadOnlyList<UpstreamModel> All => [Anthropic, OpenAi];

    /// <summary>What an upstream of this dialect may be called for, unless it says so itself.</summary>
    /// <param name="prefix">What comes before the call's own path; empty where the base URL has the version already.</param>
    public static IReadOnlyList<AllowedCall> CallsOf(Dialect dialect, string prefix = "/v1") =>
        dialect switch
        {
            Dialect.Anthropic =>
            [
                new("POST", $"{prefix}/messages"),
                new("POST", $"{prefix}/messages/count_tokens"),
                new("GET", $"{prefix}/models"),
                new("GET", $"{prefix}/models/*"),
            ],
            Dialect.OpenAi =>
            [
                new("POST", $"{prefix}/chat/completions"),
                new("POST", $"{prefix}/responses"),
                new("POST", $"{prefix}/embeddings"),
                new("GET", $"{prefix}/models"),
                new("GET", $"{prefix}/models/*"),
            ],
            _ => [],
        };
}
