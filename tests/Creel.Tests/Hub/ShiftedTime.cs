namespace Creel.Tests.Hub;

/// <summary>The real time, and as much more as a test wants.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long ticks;

    public void Shift(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ticks));

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref ticks)).TotalSeconds * TimestampFrequency);
}
