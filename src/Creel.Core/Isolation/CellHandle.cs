namespace Creel.Core.Isolation;

/// <summary>How a driver finds a cell again, in this process or a later one.</summary>
/// <param name="Data">The driver's own words, as JSON: opaque to everybody else, without secrets.</param>
public sealed record CellHandle(CellId Cell, string Driver, string Data);

/// <summary>What a driver sees of a cell.</summary>
/// <param name="Reason">One sentence where it is not running: exit code, out of memory, never started.</param>
public sealed record CellObservation(bool Running, string? Reason = null, int? ExitCode = null)
{
    public static CellObservation Up { get; } = new(true);
}
