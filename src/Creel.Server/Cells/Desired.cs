using Creel.Core;
using Creel.Core.Habitats;

namespace Creel.Server.Cells;

/// <summary>What should run, as it was written down.</summary>
/// <param name="Input">The last good texts; null: nothing is wanted.</param>
/// <param name="Revision">Of the texts.</param>
/// <param name="Deleting">Agents that have left and whose workspaces are still to be deleted.</param>
internal sealed record Desired(HabitatInput? Input, string? Revision, IReadOnlyList<AgentId> Deleting);
