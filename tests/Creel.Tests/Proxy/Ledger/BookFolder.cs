using Creel.Core;
using Creel.Core.Budgets;
using Creel.Proxy.Ledger;

namespace Creel.Tests.Proxy.Ledger;

/// <summary>A folder with a book in it, and short ways to use it.</summary>
internal sealed class BookFolder : IDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    public static readonly GroupId Bart = GroupId.Parse("bart");
    public static readonly GroupId Lisa = GroupId.Parse("lisa");

    private readonly string folder = Directory.CreateTempSubdirectory("creel-book-").FullName;

    public SetTime Time { get; } = new(Noon);

    public string Path => System.IO.Path.Combine(folder, "ledger.db");

    public static PurseBudgets[] Purses(string bart, string? habitat = null) =>
        habitat is null ? [Purse(Bart, bart)] : [Purse(Bart, bart), Purse(null, habitat)];

    /// <param name="budgets">As <c>1 day, 5 month</c>.</param>
    public static PurseBudgets Purse(GroupId? group, string budgets) =>
        new(
            new PurseId(group),
            [.. budgets.Split(", ").Select(b => b.Split(' ')).Select(b => new Budget(Money.Parse(b[0]), Window.Parse(b[1])))]
        );

    public async Task<MoneyBook> OpenAsync(params PurseBudgets[] purses)
    {
        var book = MoneyBook.Open(Path, Time);
        await book.ConfigureAsync(purses);
        return book;
    }

    public static async Task<Reservation> TakeAsync(MoneyBook book, string amount, GroupId? group = null) =>
        (await book.ReserveAsync(group ?? Bart, Money.Parse(amount))).ShouldBeOfType<BookDecision.Granted>().Reservation;

    public static async Task<BudgetRefusal> RefusedAsync(MoneyBook book, string amount, GroupId? group = null) =>
        (await book.ReserveAsync(group ?? Bart, Money.Parse(amount))).ShouldBeOfType<BookDecision.Refused>().Why;

    public CallRecord Record(MoneyBook book, Money settled, GroupId? group = null, string? agent = null, string model = "m") =>
        new(
            book.NextCall(),
            Time.Now,
            "00000000",
            (group ?? Bart).Value,
            agent,
            "anthropic",
            "POST /v1/messages",
            model,
            CallOutcome.Completed,
            200,
            null,
            ChargeBasis.Usage,
            settled,
            settled,
            10,
            20,
            Money.Zero,
            [new CallCharge("input", 7, Money.Parse("3"), settled)],
            "2026-11-05.00000000"
        );

    public void Settle(MoneyBook book, Reservation taken, string actual) =>
        book.Settle(taken, Money.Parse(actual), Record(book, Money.Parse(actual), taken.Slots[0].Account.Purse.Group));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
