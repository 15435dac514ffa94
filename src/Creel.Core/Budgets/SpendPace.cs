namespace Creel.Core.Budgets;

/// <summary>How fast money is spent, out of sums by the hour.</summary>
public static class SpendPace
{
    /// <summary>
    /// In the hour before now: all of the hour that runs, and of the one before as much as lies within, as if it had been spent
    /// evenly.
    /// </summary>
    public static Money LastHour(IEnumerable<SpendSum> sums, DateTimeOffset now)
    {
        var running = Hour(now);
        var past = now - running;
        var total = Money.Zero;
        foreach (var sum in sums)
        {
            if (sum.Hour >= running)
            {
                total += sum.Settled;
            }
            else if (sum.Hour == running.AddHours(-1))
            {
                var left = TimeSpan.TicksPerHour - past.Ticks;
                total += new Money((long)((Int128)sum.Settled.Nanos * left / TimeSpan.TicksPerHour));
            }
        }

        return total;
    }

    /// <summary>Its beginning, in UTC.</summary>
    public static DateTimeOffset Hour(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    /// <summary>Sums of any hours as lines, the dearest first.</summary>
    public static IReadOnlyList<SpendLine> Lines(IEnumerable<SpendSum> sums, DateTimeOffset now) =>
        [
            .. sums.GroupBy(s => (s.Group, s.Agent, s.Upstream, s.Model))
                .Select(same => new SpendLine(
                    same.Key.Group,
                    same.Key.Agent,
                    same.Key.Upstream,
                    same.Key.Model,
                    same.Sum(s => s.Calls),
                    same.Sum(s => s.Refused),
                    same.Aggregate(Money.Zero, (sum, s) => sum + s.Settled),
                    LastHour(same, now),
                    same.Sum(s => s.Input),
                    same.Sum(s => s.Output),
                    same.Sum(s => s.CacheRead),
                    same.Sum(s => s.CacheWrite)
                ))
                .OrderByDescending(line => line.Spent)
                .ThenByDescending(line => line.Calls)
                .ThenBy(line => $"{line.Group}/{line.Agent}/{line.Upstream}/{line.Model}", StringComparer.Ordinal),
        ];
}
