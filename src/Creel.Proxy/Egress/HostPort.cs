using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Creel.Core.Outbound;

namespace Creel.Proxy.Egress;

/// <summary>What a request names: a host in lower case and a port.</summary>
internal sealed record HostPort(string Host, int Port)
{
    /// <param name="text"><c>host[:port]</c> or <c>[v6][:port]</c>; no user, no path, no dot at the end.</param>
    /// <param name="otherwise">The port where none is said; null: it must be.</param>
    public static bool TryParse(string text, int? otherwise, [NotNullWhen(true)] out HostPort? parsed)
    {
        parsed = null;
        var bracket = text.StartsWith('[') ? text.IndexOf(']') : -1;
        var colon = text.IndexOf(':', bracket + 1);
        var host = colon < 0 ? text : text[..colon];
        var port = otherwise ?? 0;
        if (
            colon >= 0
                && (
                    text.Length - colon > 6
                    || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
                )
            || port is < 1 or > 65535
            || !(bracket > 0 ? IsV6(host) : HostText.IsName(host))
        )
        {
            return false;
        }

        parsed = new HostPort(host.ToLowerInvariant(), port);
        return true;
    }

    /// <summary>As an address line has it.</summary>
    /// <param name="usual">The port that is not said.</param>
    public string Text(int usual) => Port == usual ? Host : $"{Host}:{Port.ToString(CultureInfo.InvariantCulture)}";

    private static bool IsV6(string host) =>
        host.EndsWith(']')
        && !host.Contains('%')
        && System.Net.IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var address)
        && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
}
