namespace Creel.Core.Isolation;

/// <summary>By which programs in a cell find the authorities that they trust.</summary>
public static class TrustVariables
{
    /// <summary>Of OpenSSL, Python's requests and pip, curl, git, cargo, Deno and the AWS tools: each reads a bundle in the place of its own.</summary>
    public static readonly IReadOnlyList<string> Bundles =
    [
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "PIP_CERT",
        "CURL_CA_BUNDLE",
        "GIT_SSL_CAINFO",
        "CARGO_HTTP_CAINFO",
        "DENO_CERT",
        "AWS_CA_BUNDLE",
    ];
}
