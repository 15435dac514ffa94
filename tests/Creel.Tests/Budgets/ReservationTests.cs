using Creel.Core;
using Creel.Core.Budgets;

namespace Creel.Tests.Budgets;

public class ReservationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly PurseId Bart = new(GroupId.Parse("bart"));

    private static Account Account(string cap, string per, double warn = 0.8, bool hard = true) =>
        new(Bart, new Budget(Money.Parse(cap), Window.Parse(per), warn, hard));

    private static Reservation Take(Account account, string amount, DateTimeOffset? now = null) =>
        Reservation.Take([account], Money.Parse(amount), now ?? Noon).ShouldBeOfType<BudgetDecision.Granted>().Reservation;

    private static BudgetRefusal Refused(Account account, string amount, DateTimeOffset? now = null) =>
        Reservation.Take([account], Money.Parse(amount), now ?? Noon).ShouldBeOfType<BudgetDecision.Refused>().Why;

    [Fact]
    public void What_is_reserved_is_as_good_as_spent_until_it_is_settled()
    {
        var account = Account("1", "day");
        var call = Take(account, "0.7");
        Refused(account, "0.31").Reserved.ShouldBe(Money.Parse("0.7"));
        call.Settle(Money.Parse("0.1"));
        Take(account, "0.9");
        Refused(account, "0.000000001");
    }

    [Fact]
    public void A_refusal_names_cap_spent_reserved_and_reset()
    {
        var account = Account("1", "day");
        Take(account, "0.5").Settle(Money.Parse("0.25"));
        Take(account, "0.5");
        var why = Refused(account, "0.3");
        why.ToString()
            .ShouldBe(
                "the budget of group bart ($1.00 per day) has no room for this call, which may cost up to $0.30: "
                    + "cap $1.00, spent $0.25, reserved $0.50; it resets at 2026-11-22T00:00:00Z"
            );
    }

    [Fact]
    public void A_new_window_is_empty_and_a_late_settlement_counts_in_the_old_one()
    {
        var account = Account("1", "hour");
        var call = Take(account, "1");
        var later = Noon.AddHours(1);
        var next = Take(account, "1", later);
        call.Settle(Money.Parse("1"));
        account.State(later).Spent.ShouldBe(Money.Zero);
        next.Settle(Money.Parse("0.4"));
        account.State(later).Spent.ShouldBe(Money.Parse("0.4"));
    }

    [Fact]
    public void A_clock_that_is_set_back_reopens_nothing()
    {
        var account = Account("1", "day");
        Take(account, "1").Settle(Money.Parse("1"));
        Refused(account, "0.1", Noon.AddDays(-3));
        Take(account, "1", Noon.AddDays(1)).Settle(Money.Parse("1"));
        Refused(account, "0.1", Noon);
        Refused(account, "0.1", Noon.AddDays(1));
    }

    [Fact]
    public void A_restored_slot_holds_the_time_as_well()
    {
        var account = Account("1", "day");
        account.Restore(Window.Parse("day").At(Noon)).Load(Money.Parse("1"), Money.Zero, Money.Parse("0.2"));
        Refused(account, "0.1", Noon.AddDays(-1));
        account.State(Noon).Lost.ShouldBe(Money.Parse("0.2"));
    }

    [Fact]
    public void A_rolling_window_frees_what_was_spent_first()
    {
        var account = Account("1", "1h");
        Take(account, "0.6").Settle(Money.Parse("0.6"));
        Take(account, "0.4", Noon.AddMinutes(30)).Settle(Money.Parse("0.4"));
        var why = Refused(account, "0.1", Noon.AddMinutes(59));
        why.ResetsAt.ShouldBe(Noon.AddMinutes(61));
        Take(account, "0.6", Noon.AddMinutes(61));
        Refused(account, "0.1", Noon.AddMinutes(61));
    }

    [Fact]
    public void A_grant_is_for_the_running_window_alone()
    {
        var account = Account("1", "day");
        Take(account, "1").Settle(Money.Parse("1"));
        account.Grant(Money.Parse("2"), Noon);
        Take(account, "2").Settle(Money.Parse("2"));
        Refused(account, "0.1").Cap.ShouldBe(Money.Parse("3"));
        Refused(account, "1.1", Noon.AddDays(1)).Cap.ShouldBe(Money.Parse("1"));
    }

    [Fact]
    public void One_empty_purse_refuses_and_nothing_is_taken_from_the_other()
    {
        var group = Account("5", "day");
        var habitat = new Account(PurseId.Habitat, new Budget(Money.Parse("1"), Window.Parse("month")));
        var refused = Reservation.Take([group, habitat], Money.Parse("2"), Noon).ShouldBeOfType<BudgetDecision.Refused>();
        refused.Why.Purse.ShouldBe(PurseId.Habitat);
        group.State(Noon).Reserved.ShouldBe(Money.Zero);
    }

    [Fact]
    public void A_warning_comes_once_a_window()
    {
        var account = Account("1", "day", warn: 0.5);
        Take(account, "0.4").Settle(Money.Parse("0.4")).ShouldBeEmpty();
        Take(account, "0.4").Settle(Money.Parse("0.1")).ShouldBe([account]);
        Take(account, "0.4").Settle(Money.Parse("0.4")).ShouldBeEmpty();
        Take(account, "0.9", Noon.AddDays(1)).Settle(Money.Parse("0.9")).ShouldBe([account]);
    }

    [Fact]
    public void A_soft_budget_only_warns()
    {
        var account = Account("1", "day", hard: false);
        Take(account, "5").Settle(Money.Parse("5")).ShouldBe([account]);
    }

    [Fact]
    public void A_reservation_is_settled_once()
    {
        var call = Take(Account("1", "day"), "0.5");
        call.Settle(Money.Zero);
        Should.Throw<InvalidOperationException>(() => call.Settle(Money.Zero));
    }

    [Fact]
    public void What_costs_nothing_goes_through_an_empty_purse()
    {
        var account = Account("0", "total");
        Take(account, "0");
        Refused(account, "0.01").ResetsAt.ShouldBeNull();
    }
}
