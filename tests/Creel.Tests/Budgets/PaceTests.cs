using Creel.Core;
using Creel.Core.Budgets;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Budgets;

/// <summary>How fast money goes, and when a budget will be hit at that pace.</summary>
public class PaceTests
{
    private const int Steps = 2_000;
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Windows = ["hour", "day", "week", "month", "90m", "24h", "7d"];

    [Fact]
    public void The_last_hour_is_what_lies_within_it_of_two()
    {
        var sums = new[] { Sum(12, "0.30"), Sum(11, "1.00"), Sum(10, "50") };
        SpendPace.LastHour(sums, Noon.AddMinutes(15)).ShouldBe(Money.Parse("1.05"));
        SpendPace.LastHour(sums, Noon).ShouldBe(Money.Parse("1.30"));
        SpendPace.LastHour([], Noon).ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData("day", "10", "4", "1", 6.0)]
    [InlineData("day", "20", "4", "1", null)]
    [InlineData("total", "20", "4", "1", 16.0)]
    [InlineData("24h", "10", "4", "1", 6.0)]
    [InlineData("24h", "10", "4", "0.1", null)]
    [InlineData("day", "10", "4", "0", null)]
    [InlineData("day", "10", "10", "0", 0.0)]
    [InlineData("total", "1000000000", "0", "0.000001", null)]
    public void When_it_will_be_hit_is_said_where_it_can_be_said(
        string window,
        string cap,
        string spent,
        string pace,
        double? hours
    )
    {
        var account = Account(window, cap);
        Spend(account, Money.Parse(spent), Noon);
        account.HitAt(Money.Parse(pace), Noon).ShouldBe(hours is { } h ? Noon.AddHours(h) : null);
    }

    [Fact]
    public void Whoever_goes_on_at_this_pace_hits_it_then()
    {
        Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var per = Windows[random.Next(Windows.Length)];
                var account = Account(per, "100");
                var window = Window.Parse(per);
                var length = window.Kind == WindowKind.Rolling ? window.Length : TimeSpan.FromHours(1);
                var now = Noon - length;
                for (var i = random.Next(30); i > 0; i--)
                {
                    now += length / 40 * random.NextDouble();
                    Spend(account, new Money(random.NextInt64(8_000_000_000)), now);
                    account.Grant(new Money(random.NextInt64(1_000_000_000)), now);
                }

                var horizon = window.Kind == WindowKind.Rolling ? window.Length : window.At(now).Until!.Value - now;
                var left = account.State(now) is var s ? s.Cap - s.Spent : default;
                var perHour = new Money((long)(Math.Max(1, left.Nanos) * random.NextDouble() * 3 / horizon.TotalHours) + 1);
                var said = account.HitAt(perHour, now);
                var seen = Simulate(account, perHour, now, horizon);
                var slack = horizon / Steps * 3;
                return (said, seen) switch
                {
                    ({ } a, { } b) => (a - b).Duration() <= slack,
                    (null, { } b) => now + horizon - b <= slack,
                    ({ } a, null) => now + horizon - a <= slack,
                    _ => true,
                };
            })
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("24h")]
    [InlineData("day")]
    public void A_warning_comes_once_in_a_window_also_in_a_rolling_one(string window)
    {
        var account = Account(window, "1");
        var warnings = 0;
        for (var minute = 0; minute < 11 * 60; minute += 10)
        {
            warnings += Spend(account, Money.Parse("0.1"), Noon.AddMinutes(minute)).Count;
        }

        warnings.ShouldBe(1);
        warnings += Spend(account, Money.Parse("0.9"), Noon.AddHours(40)).Count;
        warnings.ShouldBe(2);
    }

    private static DateTimeOffset? Simulate(Account account, Money perHour, DateTimeOffset now, TimeSpan horizon)
    {
        var step = horizon / Steps;
        var owed = 0.0;
        for (var at = now; at < now + horizon; at += step)
        {
            var state = account.State(at);
            if (state.Spent + state.Reserved >= state.Cap)
            {
                return at;
            }

            owed += perHour.Nanos * step.TotalHours;
            var whole = new Money((long)owed);
            owed -= whole.Nanos;
            Spend(account, whole, at);
        }

        return null;
    }

    private static Account Account(string window, string cap) =>
        new(PurseId.Habitat, new Budget(Money.Parse(cap), Window.Parse(window), Hard: false));

    private static IReadOnlyList<Account> Spend(Account account, Money amount, DateTimeOffset at) =>
        ((BudgetDecision.Granted)Reservation.Take([account], amount, at)).Reservation.Settle(amount);

    private static SpendSum Sum(int hour, string settled) =>
        new(
            new DateTimeOffset(2026, 11, 21, hour, 0, 0, TimeSpan.Zero),
            "g",
            "",
            "u",
            "m",
            1,
            0,
            Money.Parse(settled),
            0,
            0,
            0,
            0
        );
}
