using Creel.Core;

namespace Creel.Server.Cells;

/// <summary>
/// One applies a whole habitat at a time. A second would wait, and then apply to what it never saw: it is told who is at it.
/// </summary>
internal sealed class ApplyTurns(TimeProvider time)
{
    private const int LongestName = 80;

    private Turn? taken;

    /// <param name="what">What is being done.</param>
    /// <param name="by">Who asks, by his own words.</param>
    /// <exception cref="CreelException">Somebody else is at it.</exception>
    public IDisposable Take(string what, string? by)
    {
        var turn = new Turn(this, what, Plain(by), time.GetUtcNow());
        if (Interlocked.CompareExchange(ref taken, turn, null) is { } other)
        {
            var since = $"for {(time.GetUtcNow() - other.Since).TotalSeconds:0} s";
            throw new CreelException(
                Fault.Conflict(
                    "habitat-busy",
                    $"{other.By} is at it: {other.What}, {since}",
                    "See how far it is: creel ps; then do the same again"
                )
            );
        }

        return turn;
    }

    private static string Plain(string? by) =>
        string.IsNullOrWhiteSpace(by)
            ? "somebody else"
            : string.Concat(by.Take(LongestName).Select(c => char.IsControl(c) ? ' ' : c));

    private sealed record Turn(ApplyTurns Turns, string What, string By, DateTimeOffset Since) : IDisposable
    {
        public void Dispose() => Interlocked.CompareExchange(ref Turns.taken, null, this);
    }
}
