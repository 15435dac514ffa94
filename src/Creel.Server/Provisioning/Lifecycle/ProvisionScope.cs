using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Which agents a run is about.</summary>
/// <param name="Agents">Null: all.</param>
/// <param name="IncludesMain">Also those that keep a gateway.</param>
public sealed record ProvisionScope(IReadOnlyList<AgentId>? Agents = null, bool IncludesMain = true)
{
    public static readonly ProvisionScope All = new();

    public bool Takes(DesiredAgent agent) =>
        (IncludesMain || agent.Kind != AgentKind.Main) && (Agents is null || Agents.Contains(agent.Agent));

    public bool Takes(ProvisionRecord record) => Takes(record.Agent);

    public bool Takes(AgentId agent) => Agents is null || Agents.Contains(agent);
}
