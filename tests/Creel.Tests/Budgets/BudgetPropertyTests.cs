using Creel.Core;
using Creel.Core.Budgets;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Budgets;

public class BudgetPropertyTests
{
    private static readonly string[] Windows = ["hour", "day", "week", "month", "total", "5m", "6h", "3d"];

    [Fact]
    public void Whatever_happens_in_whatever_order_nobody_holds_more_than_cap_and_grants() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll<int>(seed => Holds(new Random(seed))));

    private static bool Holds(Random random)
    {
        // A habitat, three groups, each with one to three budgets of any window.
        var habitat = Accounts(PurseId.Habitat, random);
        var groups = Enumerable.Range(0, 3).Select(i => Accounts(new PurseId(GroupId.Parse($"g{i}")), random)).ToArray();
        var all = groups.SelectMany(g => g).Concat(habitat).ToArray();
        var open = new List<Reservation>();
        var now = new DateTimeOffset(2026, 11, 21, 23, 0, 0, TimeSpan.Zero);
        for (var step = 0; step < 300; step++)
        {
            now += TimeSpan.FromMinutes(
                random.Next(20) switch
                {
                    0 => random.Next(3000),
                    1 => -random.Next(3000),
                    _ => random.Next(3),
                }
            );
            switch (random.Next(10))
            {
                case < 5:
                    Account[] line = [.. groups[random.Next(3)], .. habitat];
                    var before = line.Select(a => a.State(now)).ToArray();
                    switch (Reservation.Take(line, new Money(random.Next(400)), now))
                    {
                        case BudgetDecision.Granted granted:
                            open.Add(granted.Reservation);
                            if (line.Any(a => a.State(now) is var s && s.Spent + s.Reserved > s.Cap))
                            {
                                return false;
                            }

                            break;
                        case BudgetDecision.Refused when !line.Select(a => a.State(now)).SequenceEqual(before):
                            return false;
                    }

                    break;
                case < 9 when open.Count > 0:
                    var call = open[random.Next(open.Count)];
                    open.Remove(call);
                    call.Settle(new Money(random.NextInt64(call.Amount.Nanos + 1)));
                    break;
                case 9:
                    all[random.Next(all.Length)].Grant(new Money(random.Next(100)), now);
                    break;
            }

            // A grant in a rolling window may run out before what was spent on it: then there is no room, and no new call.
            if (all.Any(a => a.State(now) is var s && (s.Spent + s.Reserved > s.Cap && !Rolls(a) || s.Reserved < Money.Zero)))
            {
                return false;
            }
        }

        // Nothing is put aside for calls that are over.
        open.ForEach(call => call.Settle(Money.Zero));
        return all.All(a => a.State(now).Reserved.IsZero);
    }

    private static bool Rolls(Account account) => account.Budget.Window.Kind == WindowKind.Rolling;

    [Fact]
    public void Every_nano_dollar_that_was_settled_is_counted_once_in_each_purse() =>
        Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var budget = new Budget(Money.Parse("1000"), new Window(WindowKind.Total));
                var habitat = new Account(PurseId.Habitat, budget);
                var groups = Enumerable
                    .Range(0, 4)
                    .Select(i => new Account(new PurseId(GroupId.Parse($"g{i}")), budget))
                    .ToArray();
                var now = DateTimeOffset.UnixEpoch;
                var settled = new Money[4];
                for (var i = 0; i < 200; i++)
                {
                    var which = random.Next(4);
                    var taken = (BudgetDecision.Granted)
                        Reservation.Take([groups[which], habitat], new Money(random.Next(1000)), now);
                    var actual = new Money(random.NextInt64(taken.Reservation.Amount.Nanos + 1));
                    taken.Reservation.Settle(actual);
                    settled[which] += actual;
                }

                return groups.Select(g => g.State(now).Spent).SequenceEqual(settled)
                    && habitat.State(now).Spent == settled.Aggregate((a, b) => a + b);
            })
            .QuickCheckThrowOnFailure();

    private static Account[] Accounts(PurseId purse, Random random) =>
        [
            .. Windows
                .OrderBy(_ => random.Next())
                .Take(1 + random.Next(3))
                .Select(window => new Account(purse, new Budget(new Money(random.Next(2000)), Window.Parse(window)))),
        ];
}
