using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Habitats;

/// <summary><c>gateways</c>: those elsewhere, by name, with the agents that live there.</summary>
internal sealed class ForeignGatewayReader(Findings findings)
{
    private static readonly string[] Keys =
    [
        .. (string[])["url", "pin", "ca", "device", "workspaceRoot", "baseUrl", "checkIn", "mirror", "main", "agents"],
    ];

    /// <param name="drafts">Of all gateways.</param>
    public IReadOnlyDictionary<string, ForeignGatewayModel> Read(Json5Object? node, IReadOnlyList<GatewayAgentDraft> drafts)
    {
        var all = new Dictionary<string, ForeignGatewayModel>(StringComparer.Ordinal);
        var places = new Dictionary<string, Json5Place>(StringComparer.Ordinal);
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
            else if (Read(member.Key, one, drafts) is { } gateway)
            {
                var place = new Fields(one, findings).PlaceOf("url");
                if (all.Values.FirstOrDefault(g => GatewayAddress.IsOne(g.Url, gateway.Url)) is { } first)
                {
                    // Each of its agents would be brought there from two records, each of which knows nothing of the other.
                    findings.Error(
                        place,
                        $"'{member.Key}' leads to the same gateway as '{first.Name}', at {places[first.Name]}: "
                            + "have the agents of both below one of the names, and take the other out"
                    );
                    continue;
                }

                places[member.Key] = place;
                all[member.Key] = gateway;
            }
        }

        return all;
    }

    private ForeignGatewayModel? Read(string name, Json5Object node, IReadOnlyList<GatewayAgentDraft> drafts)
    {
        KnownKeys.Check(node, "a gateway", Keys, [], "a token is given with creel gateway add", findings);
        var fields = new Fields(node, findings);
        var root = fields.Text("workspaceRoot");
        if (root is not null && !IsWhole(root))
        {
            findings.Error(
                fields.PlaceOf("workspaceRoot"),
                "must be a whole path on the gateway's machine, as in \"/home/claw/agents\": from where a relative one counts, nobody here knows"
            );
        }

        var agents = new GatewayAgentReader(name, root, findings).Read(drafts);
        if (fields.Text("url") is not { } text)
        {
            findings.Error(node.At, "needs 'url', as in \"wss://host:port\"");
            return null;
        }

        try
        {
            var gateway = new ForeignGatewayModel(name, GatewayAddress.Parse(text))
            {
                Pin = fields.Text("pin") is { } pin ? GatewayAddress.Pin(pin) : null,
                CaFile = fields.Text("ca") is { } file ? Absolute(file) : null,
                Device = fields.Flag("device") ?? false,
                WorkspaceRoot = root,
                BaseUrl = BaseUrl(fields),
                CheckIn = CheckIn(fields) ?? ForeignGatewayModel.UsualCheckIn,
                Mirror = Mirror(fields),
            };
            return agents.Count == 0 ? gateway : gateway with { Agents = agents };
        }
        catch (CreelException e)
        {
            var key = e.Fault.Code switch
            {
                "gateway-pin" => "pin",
                "gateway-ca" => "ca",
                "base-url" => "baseUrl",
                _ => "url",
            };
            findings.Error(fields.PlaceOf(key), e.Fault.ToString());
            return null;
        }
    }

    /// <summary>Its machine may be one with drives.</summary>
    private static bool IsWhole(string path) =>
        path[0] is '/' or '~' || path is [var drive, ':', '/' or '\\', ..] && char.IsAsciiLetter(drive);

    private string? BaseUrl(Fields fields)
    {
        var url = fields.Text("baseUrl") is { } said ? AgentsAddress.Parse(said) : null;
        if (url is not null && AgentsAddress.IsOpen(url))
        {
            findings.Warn(fields.PlaceOf("baseUrl"), "agents show their tokens there, readable on the way: have it be https");
        }

        return url;
    }

    private TimeSpan? CheckIn(Fields fields)
    {
        if (fields.Text("checkIn") is not { } text)
        {
            return null;
        }

        if (Durations.Parse(text, 's') is { TotalSeconds: >= 5 and <= 3600 } time)
        {
            return time;
        }

        findings.Error(fields.PlaceOf("checkIn"), $"{Slug.Quote(text)} is no time from \"5s\" to \"1h\", as in \"30s\"");
        return null;
    }

    private string? Mirror(Fields fields)
    {
        if (fields.Text("mirror") is not { } folder || folder is "~" || folder.StartsWith('/') || folder.StartsWith("~/"))
        {
            return fields.Text("mirror");
        }

        findings.Error(fields.PlaceOf("mirror"), $"{Slug.Quote(folder)} is no absolute path: write it from / or ~/ on");
        return null;
    }

    private static string Absolute(string file) =>
        file.StartsWith('/')
            ? file
            : throw new CreelException(
                Fault.Invalid("gateway-ca", $"{Slug.Quote(file)} is no absolute path", "Write it from / on.")
            );
}
