namespace Creel.Core.Provisioning.Gateways;

/// <summary>Where agents at a gateway elsewhere reach us.</summary>
public static class AgentsAddress
{
    /// <summary>Ours, below an address of this machine.</summary>
    public const string Path = "/creel";

    /// <returns>As it is told to agents: without a slash at its end.</returns>
    /// <exception cref="CreelException">It is no address for them.</exception>
    public static string Parse(string text)
    {
        if (
            !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
            || url.Host.Length == 0
        )
        {
            throw Wrong($"{Slug.Quote(text)} is no http or https address");
        }

        return url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0 || text.AsSpan().IndexOfAny("?#") >= 0
            ? throw Wrong("an address of ours holds no user, no password and no query: each agent has a token of its own")
            : url.AbsoluteUri.TrimEnd('/');
    }

    /// <summary>Whether what agents say there can be read on the way.</summary>
    public static bool IsOpen(string url) => new Uri(url) is { Scheme: "http", IsLoopback: false };

    private static CreelException Wrong(string message) =>
        new(Fault.Invalid("base-url", message, "Write it as https://host/creel, an address of this Creel that they reach."));
}
