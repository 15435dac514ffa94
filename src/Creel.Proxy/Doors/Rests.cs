using System.Diagnostics;

namespace Creel.Proxy.Doors;

/// <summary>
/// Answers of one cell that are read to their end though their client has left, so that the book learns what they cost. Bounded in
/// number, time and bytes, since nobody waits for them.
/// </summary>
internal sealed class Rests(int most = 64)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private const long MostBytes = 16 * 1024 * 1024;
    private int open;

    /// <summary>So many are read on now.</summary>
    public int Count => Math.Min(Volatile.Read(ref open), most);

    /// <returns>Null: there are too many.</returns>
    public Rest? TryBegin()
    {
        if (Interlocked.Increment(ref open) <= most)
        {
            return new Rest(this);
        }

        Interlocked.Decrement(ref open);
        return null;
    }

    public sealed class Rest(Rests all) : IDisposable
    {
        private readonly long begun = Stopwatch.GetTimestamp();
        private long bytes;
        private int ended;

        public TimeSpan TimeLeft =>
            Longest - Stopwatch.GetElapsedTime(begun) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

        /// <returns>False: it is enough.</returns>
        public bool Take(int count) => (bytes += count) <= MostBytes;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                Interlocked.Decrement(ref all.open);
            }
        }
    }
}
