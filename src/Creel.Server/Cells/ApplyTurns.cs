using Creel.Core;

namespace Creel.Server.Cells;

/// <summary>
/// One applies a whole habitat, or moves a cell, at a time. A second would wait, and then apply to what it never saw: it is told
/// who is at it.
/// </summary>
internal sealed class ApplyTurns(TimeProvider time)
{
    private const int LongestName = 80;

    private Turn? taken;

    /// <param name="what">What is being done.</param>
    /// <param name="by">Who asks, by his own words.</param>
    /// <exception cref="CreelException">Somebody else is at it.</exception>
    public IDisposable Take(string what, string? by) => Take(new Turn(this, what, Plain(by), time.GetUtcNow(), false));

    /// <summary>As <see cref="Take(string,string)"/>, for what may wait an hour for tasks to end.</summary>
    /// <exception cref="CreelException">Somebody else is at it.</exception>
    public IDisposable TakeForMove(string what, string? by) => Take(new Turn(this, what, Plain(by), time.GetUtcNow(), true));

    /// <summary>For who only looks: what would be shown now is about to change.</summary>
    /// <exception cref="CreelException">Somebody is at it.</exception>
    public void Look()
    {
        if (Volatile.Read(ref taken) is { } turn)
        {
            throw Busy(turn);
        }
    }

    /// <summary>For who waits until an apply is done, but not until a cell has moved.</summary>
    /// <exception cref="CreelException">Somebody moves a cell.</exception>
    public void LookForMoves()
    {
        if (Volatile.Read(ref taken) is { IsMove: true } turn)
        {
            throw Busy(turn);
        }
    }

    private Turn Take(Turn turn) => Interlocked.CompareExchange(ref taken, turn, null) is { } other ? throw Busy(other) : turn;

    private CreelException Busy(Turn turn) =>
        new(
            Fault.Conflict(
                "habitat-busy",
                $"{turn.By} is at it: {turn.What}, for {(time.GetUtcNow() - turn.Since).TotalSeconds:0} s",
                "See how far it is: creel ps; then do the same again"
            )
        );

    private static string Plain(string? by) =>
        string.IsNullOrWhiteSpace(by)
            ? "somebody else"
            : string.Concat(by.Take(LongestName).Select(c => char.IsControl(c) ? ' ' : c));

    private sealed record Turn(ApplyTurns Turns, string What, string By, DateTimeOffset Since, bool IsMove) : IDisposable
    {
        public void Dispose() => Interlocked.CompareExchange(ref Turns.taken, null, this);
    }
}
