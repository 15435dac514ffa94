namespace Creel.Core.Provisioning.Gateways;

/// <summary>What may be written as a gateway's address, and as its secret.</summary>
public static class GatewayAddress
{
    private const int LongestSecret = 4096;

    /// <exception cref="CreelException">It is none, holds a secret, or would send one in the clear.</exception>
    public static Uri Parse(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            throw Wrong("that is no address of a gateway", "Write it as wss://host:port, or ws://127.0.0.1:port.");
        }

        if (url.Scheme is "http" or "https")
        {
            throw Wrong(
                $"a gateway is called by {(url.Scheme == "http" ? "ws" : "wss")}, not {url.Scheme}",
                $"Write it as {(url.Scheme == "http" ? "ws" : "wss")}://{url.Authority}."
            );
        }

        if (url.Scheme is not ("ws" or "wss"))
        {
            throw Wrong($"a gateway is not called by {url.Scheme}", "Write it as wss://host:port, or ws://127.0.0.1:port.");
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw Wrong(
                "an address holds no user, no password and no token: it would be read in logs",
                "Leave them out, and give the token with --token-stdin."
            );
        }

        return url.Scheme == "ws" && !url.IsLoopback
            ? throw new CreelException(
                Fault.Refused(
                    "gateway-url",
                    $"{url.Host} is not called without TLS: the token would be readable on the way",
                    "Name a wss:// address, or forward a port of this machine."
                )
            )
            : url;
    }

    /// <summary>
    /// Whether two addresses lead to one gateway: a host in large letters, the usual port, a slash at the end and the name of this machine's
    /// loopback make no other.
    /// </summary>
    public static bool IsOne(Uri one, Uri other) =>
        Plain(one) == Plain(other) && (one.Host == other.Host || IsNameOf(one, other) || IsNameOf(other, one));

    /// <summary>Without the line end that a pipe adds.</summary>
    /// <exception cref="CreelException">It is empty, too long, or has signs that no token has.</exception>
    public static string Secret(string text)
    {
        var secret = text.Trim();
        if (secret.Length == 0)
        {
            throw new CreelException(Fault.Invalid("gateway-secret", "the token is empty", "Give it on standard input."));
        }

        if (secret.Length > LongestSecret)
        {
            throw new CreelException(Fault.Invalid("gateway-secret", $"the token has more than {LongestSecret} characters"));
        }

        return secret.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            ? throw new CreelException(
                Fault.Invalid("gateway-secret", "the token has a line end or a blank in it", "Give the token alone, in one line.")
            )
            : secret;
    }

    /// <returns>64 hexadecimal digits, small.</returns>
    /// <exception cref="CreelException">It is no fingerprint.</exception>
    public static string Pin(string text)
    {
        var pin = text.Trim().Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        pin = pin.StartsWith("sha256/", StringComparison.Ordinal) ? pin[7..] : pin;
        return pin.Length == 64 && pin.All(char.IsAsciiHexDigit)
            ? pin
            : throw new CreelException(
                Fault.Invalid(
                    "gateway-pin",
                    "that is no fingerprint of a certificate",
                    "Write the SHA-256 of it as 64 hexadecimal digits: openssl x509 -noout -fingerprint -sha256 -in cert.pem"
                )
            );
    }

    private static (string Scheme, int Port, string Path) Plain(Uri url) => (url.Scheme, url.Port, url.AbsolutePath.TrimEnd('/'));

    private static bool IsNameOf(Uri name, Uri address) => name.Host == "localhost" && address.Host is ("127.0.0.1" or "[::1]");

    private static CreelException Wrong(string message, string remedy) => new(Fault.Invalid("gateway-url", message, remedy));
}
