using Creel.Core;
using Creel.Core.Habitats;

namespace Creel.Server.Cells;

/// <summary>What should run, as it was written down.</summary>
/// <param name="Input">The last good texts; null: nothing is wanted.</param>
/// <param name="Revision">Of the texts.</param>
/// <param name="Deleting">Agents that have left and whose workspaces are still to be deleted.</param>
/// <param name="Intent">A change that was begun; null: none was, or it is over.</param>
internal sealed record Desired(HabitatInput? Input, string? Revision, IReadOnlyList<AgentId> Deleting, Intent? Intent);

/// <summary>A change of the habitat's local file that was about to be written: two files can't be written at once.</summary>
/// <param name="Revision">The habitat's once the local file is written: if it has that, the change is to be finished.</param>
internal sealed record Intent(string Revision, bool DeleteWorkspaces);
