namespace Creel.Tests.Cells;

/// <summary>Where serve is killed: after so many effects on what outlives it. From then on nothing of it has any effect.</summary>
internal sealed class CrashPoint(int after = int.MaxValue)
{
    private int passed;

    public bool Dead => Volatile.Read(ref passed) > after;

    /// <summary>Called before and after each effect.</summary>
    public void Pass()
    {
        if (Interlocked.Increment(ref passed) > after)
        {
            throw new KilledException();
        }
    }
}

internal sealed class KilledException() : Exception("serve was killed here");
