using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Habitats;

/// <summary><c>gateways</c>: those elsewhere, by name.</summary>
internal sealed class ForeignGatewayReader(Findings findings)
{
    public IReadOnlyDictionary<string, ForeignGatewayModel> Read(Json5Object? node)
    {
        var all = new Dictionary<string, ForeignGatewayModel>(StringComparer.Ordinal);
        foreach (var member in node?.Members ?? [])
        {
            if (!ForeignGatewayModel.IsName(member.Key))
            {
                findings.Error(
                    member.Value.At,
                    $"{Slug.Quote(member.Key)} is no name of a gateway: small letters, digits and dashes"
                );
            }
            else if (member.Value is not Json5Object one)
            {
                findings.Error(member.Value.At, "must be an object, as in { url: \"wss://host:port\" }");
            }
            else if (Read(member.Key, one) is { } gateway)
            {
                all[member.Key] = gateway;
            }
        }

        return all;
    }

    private ForeignGatewayModel? Read(string name, Json5Object node)
    {
        KnownKeys.Check(
            node,
            "a gateway",
            ["url", "pin", "ca", "device"],
            [],
            "a token is given with creel gateway add",
            findings
        );
        var fields = new Fields(node, findings);
        if (fields.Text("url") is not { } text)
        {
            findings.Error(node.At, "needs 'url', as in \"wss://host:port\"");
            return null;
        }

        try
        {
            return new ForeignGatewayModel(name, GatewayAddress.Parse(text))
            {
                Pin = fields.Text("pin") is { } pin ? GatewayAddress.Pin(pin) : null,
                CaFile = fields.Text("ca") is { } file ? Absolute(file) : null,
                Device = fields.Flag("device") ?? false,
            };
        }
        catch (CreelException e)
        {
            var key = e.Fault.Code switch
            {
                "gateway-pin" => "pin",
                "gateway-ca" => "ca",
                _ => "url",
            };
            findings.Error(fields.PlaceOf(key), e.Fault.ToString());
            return null;
        }
    }

    private static string Absolute(string file) =>
        file.StartsWith('/')
            ? file
            : throw new CreelException(
                Fault.Invalid("gateway-ca", $"{Slug.Quote(file)} is no absolute path", "Write it from / on.")
            );
}
