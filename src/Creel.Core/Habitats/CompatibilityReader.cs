using System.Net;
using Creel.Core.Habitats.Json5;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>The port for programs that live in no cell.</summary>
internal sealed class CompatibilityReader(Findings findings)
{
    public CompatibilityPort? Read(Json5Object? node)
    {
        if (node is null)
        {
            return null;
        }

        KnownKeys.Check(node, "compatibility", ["proxyPort", "address"], [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        var port = fields.Count("proxyPort", 1, 65535);
        var text = fields.Text("address") ?? CompatibilityPort.UsualAddress;
        if (port is null && !fields.Has("proxyPort"))
        {
            findings.Error(node.At, "needs 'proxyPort', as in 18080: what programs outside of cells call providers by");
        }

        // Short forms such as 127.1 are addresses to the parser, and typing errors to everybody else.
        if (!IPAddress.TryParse(text, out var address) || address.ToString() != text || text.Contains('%'))
        {
            findings.Error(
                fields.PlaceOf("address"),
                $"{Slug.Quote(text)} is no IP address of this machine, as in '{CompatibilityPort.UsualAddress}' or '172.17.0.1'"
            );
            return null;
        }

        var asked = new CompatibilityPort(text, port ?? 0);
        if (!asked.IsLoopback)
        {
            findings.Warn(
                fields.PlaceOf("address"),
                $"whoever reaches {text} reaches the proxy there, and without TLS: who listens on the way reads tokens and prompts"
            );
        }

        return port is null ? null : asked;
    }
}
