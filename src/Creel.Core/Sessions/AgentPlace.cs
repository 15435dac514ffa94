using Creel.Core.Isolation;

namespace Creel.Core.Sessions;

/// <summary>Where an agent's files are on the host.</summary>
/// <param name="Workspace">The folder itself is trusted; what lies in it is the cell's.</param>
/// <param name="State">The state folder of its cell, the same.</param>
/// <param name="User">Whom what is written there belongs to; null: Creel's own user, who is not root.</param>
public sealed record AgentPlace(AgentId Agent, string Workspace, string State, CellUser? User);
