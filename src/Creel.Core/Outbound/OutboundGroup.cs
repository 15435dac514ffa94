using Creel.Core.Isolation;

namespace Creel.Core.Outbound;

/// <summary>A group as far as its way out goes.</summary>
/// <param name="Agent">The one that was named, or its first.</param>
/// <param name="Cell">Null: it has none at the moment, or it does not run.</param>
/// <param name="Egress">Its rules, as the habitat says them.</param>
public sealed record OutboundGroup(
    GroupId Group,
    AgentId Agent,
    CellId? Cell,
    NetworkMode Network,
    IReadOnlyList<string> Egress,
    IReadOnlyList<UpstreamModel> Upstreams,
    bool Intercept
);
