using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>The folders of agents that the habitat no longer has: kept, or deleted where that was asked for.</summary>
internal sealed class Leavings(CellLayout layout, ICellFolders folders, HabitatKeeper habitats, CellAudit audit)
{
    /// <summary>Is there a folder of an agent that Creel made?</summary>
    public bool Has(Core.AgentId agent) => folders.OwnerOf(layout.Workspace(agent)) is not null;

    public async IAsyncEnumerable<ApplyEvent> SettleAsync(IReadOnlyList<LeavingAgent> left)
    {
        foreach (var agent in left)
        {
            var path = agent.Workspace ?? layout.Workspace(agent.Id);
            if (agent.Delete)
            {
                folders.Delete(path);
                await audit.WorkspaceAsync(agent.Id, path);
            }

            yield return new ApplyEvent.Workspace(agent.Id, path, agent.Delete);
        }

        habitats.Finished();
    }
}
