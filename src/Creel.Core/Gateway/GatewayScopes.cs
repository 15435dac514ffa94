using System.Collections.Frozen;

namespace Creel.Core.Gateway;

/// <summary>What a client may call, by the scopes that it holds.</summary>
public static class GatewayScopes
{
    public const string Admin = "operator.admin";
    public const string Read = "operator.read";
    public const string Write = "operator.write";
    public const string Approvals = "operator.approvals";
    public const string Pairing = "operator.pairing";

    /// <summary>What each method needs that an administrator's right is not asked for; null: nothing.</summary>
    private static readonly FrozenDictionary<string, string?> Needed = new Dictionary<string, string?>
    {
        ["health"] = null,
        ["status"] = Read,
        ["agents.list"] = Read,
        ["agent.identity.get"] = Read,
        ["agents.files.list"] = Read,
        ["agents.files.get"] = Read,
        ["config.get"] = Read,
        ["sessions.list"] = Read,
        ["sessions.preview"] = Read,
        ["sessions.resolve"] = Read,
        ["chat.history"] = Read,
        ["channels.status"] = Read,
        ["models.list"] = Read,
        ["last-heartbeat"] = Read,
        ["system-presence"] = Read,
        ["gateway.identity.get"] = Read,
        ["node.list"] = Read,
        ["agent"] = Write,
        ["agent.wait"] = Write,
        ["chat.send"] = Write,
        ["chat.abort"] = Write,
        ["device.pair.list"] = Pairing,
        ["device.pair.approve"] = Pairing,
        ["device.pair.reject"] = Pairing,
        ["device.pair.remove"] = Pairing,
        ["device.token.revoke"] = Pairing,
    }.ToFrozenDictionary();

    /// <returns>The scope that is missing; null: it may.</returns>
    public static string? Missing(string method, IReadOnlyCollection<string> held)
    {
        var needed = Needed.GetValueOrDefault(method, Admin);
        return needed is null || Holds(held, needed) ? null : needed;
    }

    public static bool Holds(IReadOnlyCollection<string> held, string scope) =>
        held.Contains(Admin) || held.Contains(scope) || (scope == Read && held.Contains(Write));

    /// <summary>Whether all that is asked for is among what was granted.</summary>
    public static bool Within(IEnumerable<string> asked, IReadOnlyCollection<string> granted) =>
        asked.All(scope => granted.Contains(scope) || Holds(granted, scope));
}
