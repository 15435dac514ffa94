using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary>
/// What agents use. Of one in a cell that is the cell's own figure, or none: its health report tells of the whole machine. Of one
/// that dialled in from elsewhere it is that report, since the machine is its own.
/// </summary>
internal sealed class AgentUsage(IReadOnlyList<CellView> cells)
{
    public static async Task<AgentUsage> AskAsync(Call call, CancellationToken cancel)
    {
        try
        {
            return new AgentUsage(Call.Read<CellsView>(await call.Client.GetAsync("cells", cancel)).Cells ?? []);
        }
        catch (CreelException)
        {
            return new AgentUsage([]);
        }
    }

    public string Cpu(AgentView agent) =>
        agent.Metadata?.Cell is { } cell ? Of(cell)?.CpuWords ?? "" : HealthWords.Cpu(agent.Health);

    public string Memory(AgentView agent) =>
        agent.Metadata?.Cell is { } cell ? Of(cell)?.MemoryWords ?? "" : HealthWords.Memory(agent.Health);

    private UsageView? Of(string cell) => cells.FirstOrDefault(known => known.Id == cell)?.Usage;
}
