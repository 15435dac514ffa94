namespace Creel.Tests.Hub;

/// <summary>The real time, and as much more as a test wants.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long ticks;

    public void Shift(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    /// <summary>The machine's; null: the real one.</summary>
    public TimeZoneInfo? Zone { get; set; }

    public override TimeZoneInfo LocalTimeZone => Zone ?? base.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ticks));

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref ticks)).TotalSeconds * TimestampFrequency);
}
