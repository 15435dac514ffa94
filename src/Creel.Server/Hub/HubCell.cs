using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Link;
using Creel.Core.Outbound;

namespace Creel.Server.Hub;

/// <summary>A cell for which the hub opens a door.</summary>
/// <param name="Name">The group's name, for people.</param>
/// <param name="SocketFolder">The host folder in which the hub makes <c>hub.sock</c>; nobody else writes there.</param>
/// <param name="Gid">The group id that the cell runs under, where it has one of its own.</param>
public sealed record HubCell(CellId Id, string Name, string SocketFolder, int? Gid, IReadOnlyList<HubAgent> Agents)
{
    /// <summary>Which models its brains can ask; null: those that are built in.</summary>
    public IReadOnlyList<UpstreamModel>? Upstreams { get; init; }

    /// <summary>What it is made ready with.</summary>
    public CellMaking Making { get; init; } = CellMaking.None;

    /// <summary>See <see cref="WelcomeSetup.Mark"/>.</summary>
    public string? SetupMark { get; init; }
}

/// <param name="Workspace">In the cell's own eyes.</param>
public sealed record HubAgent(AgentModel Model, string Workspace);
