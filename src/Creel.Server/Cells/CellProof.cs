using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Hub;

namespace Creel.Server.Cells;

/// <summary>
/// Whether a cell that was just started is fit to be given work: its runtime is connected, and carries out something for each of
/// its agents, in its workspace. The agent's own queue and policy are left out of it: a move must not spend a task on itself, and
/// one whose policy allows no program is moved as well.
/// </summary>
internal sealed class CellProof(CellsConfig config, CellDoors doors)
{
    /// <param name="after">The epoch of the connection that went before.</param>
    /// <exception cref="CreelException">It is not, and this is why.</exception>
    public async Task TakeAsync(CellDesign design, long after, CancellationToken cancel)
    {
        if (!await doors.WaitConnectedAsync(design.Id, cancel, after))
        {
            throw Unfit(design, "its door was closed");
        }

        // The one program that is in every cell, whatever its image has.
        var runtime = design.Group.Level == IsolationLevel.None ? config.RuntimeFile : CellPaths.RuntimeFile;
        foreach (var agent in design.Agents)
        {
            var end = await doors.TryAsync(design.Id, agent.Id, [runtime, "--version"], cancel);
            if (end.ExitCode != 0)
            {
                throw Unfit(design, $"a probe for {agent.Id} did not run: {end.Error ?? $"it ended with {end.ExitCode}"}");
            }
        }
    }

    private static CreelException Unfit(CellDesign design, string why) =>
        new(new Fault(FaultKind.ApplyFailed, "cell-unfit", $"cell {design.Group.Id} is up, but {why}"));
}
