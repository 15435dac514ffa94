using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>What is told while a plan is being applied.</summary>
public abstract record ApplyEvent
{
    public sealed record Planned(Plan Plan) : ApplyEvent;

    /// <param name="Path">The habitat's local file.</param>
    /// <param name="Written">It was changed; else it is as it was.</param>
    public sealed record LocalFile(string Path, bool Written) : ApplyEvent;

    /// <summary>What can't be had here at the moment is left as it is; the rest is brought up.</summary>
    public sealed record LeftOut(IReadOnlyList<Fault> Faults) : ApplyEvent;

    public sealed record StepRunning(int Index) : ApplyEvent;

    /// <param name="Elapsed">Since the step began.</param>
    public sealed record StepDone(int Index, TimeSpan Elapsed) : ApplyEvent;

    public sealed record StepFailed(int Index, Fault Fault, TimeSpan Elapsed) : ApplyEvent;

    /// <param name="Elapsed">Since the step that started the cell began.</param>
    public sealed record Connected(int Index, CellId Cell, GroupId Group, TimeSpan Elapsed) : ApplyEvent;

    /// <summary>What became of the folder of an agent that the habitat no longer has.</summary>
    public sealed record Workspace(AgentId Agent, string Path, bool Deleted) : ApplyEvent;

    /// <summary>What became of the folder with a cell's homes and sessions, once the cell is gone.</summary>
    public sealed record CellState(CellId Cell, GroupId Group, string Path, bool Deleted) : ApplyEvent;

    /// <summary>It is written down, and the proxy goes on as it was told before.</summary>
    public sealed record Untold(string Why) : ApplyEvent;

    /// <param name="Ok">Every step was done and every runtime has connected.</param>
    public sealed record Done(bool Ok, TimeSpan Elapsed) : ApplyEvent;
}
