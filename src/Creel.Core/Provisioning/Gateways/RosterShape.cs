using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>Where a gateway's configuration has its agents.</summary>
public enum RosterShape
{
    /// <summary><c>agents.list</c>, each with its id; messages to nobody are shown as <c>channels.defaults.heartbeat</c> says.</summary>
    List,

    /// <summary><c>agents.entries</c>, an object by id; <c>channels.defaults.heartbeat</c> is not known there.</summary>
    Entries,
}

/// <summary>Finds out which dialect a gateway's configuration is written in.</summary>
public static class RosterShapes
{
    private const int FirstWithEntries = 4;

    /// <param name="protocol">Decides where the configuration names no agents yet.</param>
    public static RosterShape Of(JsonElement config, int protocol)
    {
        var agents = Payloads.Member(config, "agents");
        return Payloads.Member(agents, "entries").ValueKind == JsonValueKind.Object ? RosterShape.Entries
            : Payloads.Member(agents, "list").ValueKind == JsonValueKind.Array ? RosterShape.List
            : protocol >= FirstWithEntries ? RosterShape.Entries
            : RosterShape.List;
    }
}
