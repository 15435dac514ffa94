using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>What is told while a plan is being applied.</summary>
public abstract record ApplyEvent
{
    public sealed record Planned(Plan Plan) : ApplyEvent;

    public sealed record StepRunning(int Index) : ApplyEvent;

    /// <param name="Elapsed">Since the step began.</param>
    public sealed record StepDone(int Index, TimeSpan Elapsed) : ApplyEvent;

    public sealed record StepFailed(int Index, Fault Fault, TimeSpan Elapsed) : ApplyEvent;

    /// <param name="Elapsed">Since the step that started the cell began.</param>
    public sealed record Connected(int Index, CellId Cell, GroupId Group, TimeSpan Elapsed) : ApplyEvent;

    /// <param name="Ok">Every step was done and every runtime has connected.</param>
    public sealed record Done(bool Ok, TimeSpan Elapsed) : ApplyEvent;
}
