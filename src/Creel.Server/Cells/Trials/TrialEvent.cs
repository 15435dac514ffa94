using Creel.Core.Policy;

namespace Creel.Server.Cells.Trials;

/// <summary>What is told while cells are attacked.</summary>
internal abstract record TrialEvent
{
    /// <param name="Claimed">How many of the attempts the cell claims to hold.</param>
    /// <param name="Note">What it does not claim; null where it claims all that any does.</param>
    public sealed record Began(Cell Cell, int Claimed, int Attempts, string? Note) : TrialEvent;

    public sealed record Row(Cell Cell, Attempt Attempt, bool Claimed, bool? Held, string Evidence, bool Broken) : TrialEvent
    {
        /// <summary>A claim that does not hold, or of which nothing is proven because the attempt broke down.</summary>
        public bool Fails => Claimed && (Held == false || Broken);
    }

    /// <summary>A cell that is not attacked.</summary>
    public sealed record Left(Cell Cell, string Why) : TrialEvent
    {
        /// <summary>Nobody stopped it, so its claims stand, and nothing of them is proven.</summary>
        public bool Fails => !Cell.Record.Stopped;
    }

    public sealed record Done(bool Ok, int Cells, int Held, int Failed, int Untried, int Unclaimed) : TrialEvent;
}
