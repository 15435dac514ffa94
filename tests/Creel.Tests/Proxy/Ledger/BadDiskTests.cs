using Creel.Core;
using Creel.Core.Budgets;
using Creel.Proxy.Ledger;
using Creel.Tests.Sqlite;
using static Creel.Tests.Proxy.Ledger.BookFolder;

namespace Creel.Tests.Proxy.Ledger;

public class BadDiskTests
{
    [MountFact]
    public async Task On_a_full_disk_nothing_is_spent_and_once_there_is_space_it_goes_on_and_nothing_is_forgotten()
    {
        using var disk = new SmallDisk(megabytes: 4);
        var time = new SetTime(Noon);
        var path = Path.Combine(disk.Folder, "ledger.db");
        await using var book = MoneyBook.Open(path, time);
        await book.ConfigureAsync([Purse(Bart, "1000 day")]);
        var kept = new BookFolder();
        disk.Fill(leave: 100_000);
        var settled = Money.Zero;
        for (Fault? fault = null; fault is null; fault = await book.FlushAsync())
        {
            var taken = (await book.ReserveAsync(Bart, Money.Parse("20"))).ShouldBeOfType<BookDecision.Granted>().Reservation;
            var actual = new Money(1_000_000);
            book.Settle(taken, actual, kept.Record(book, actual) with { Model = new string('m', 4000) });
            settled += actual;
        }

        (await book.ReserveAsync(Bart, new Money(1))).ShouldBeOfType<BookDecision.Unavailable>().Why.Code.ShouldBe("ledger-full");
        book.States().ShouldHaveSingleItem().Reserved.ShouldBe(Money.Zero);
        disk.Free();
        await Eventually.Until(() => book.Trouble is null);
        (await book.ReserveAsync(Bart, Money.Parse("20"))).ShouldBeOfType<BookDecision.Granted>().Reservation.Settle(Money.Zero);
        (await book.FlushAsync()).ShouldBeNull();
        (await book.Reader.SpentSinceAsync(PurseId.Habitat, Noon)).ShouldBe(settled);
        kept.Dispose();
    }

    [MountFact]
    public async Task A_budget_that_is_set_on_a_full_disk_finds_what_was_spent_before_once_there_is_space()
    {
        using var disk = new SmallDisk(megabytes: 4);
        using var kept = new BookFolder();
        await using var book = MoneyBook.Open(Path.Combine(disk.Folder, "ledger.db"), new SetTime(Noon));
        await book.ConfigureAsync([Purse(Bart, "1000 month")]);
        var actual = Money.Parse("4");
        book.Settle(await TakeAsync(book, "4"), actual, kept.Record(book, actual));
        (await book.FlushAsync()).ShouldBeNull();
        disk.Fill(leave: 0);
        for (Fault? fault = null; fault is null; fault = await book.FlushAsync())
        {
            book.Note(kept.Record(book, Money.Zero) with { Model = new string('m', 4000) });
        }

        await book.ConfigureAsync([Purse(Bart, "5 day, 6 3h")]);
        disk.Free();
        await Eventually.Until(() => book.Trouble is null);
        (await RefusedAsync(book, "1.01")).Spent.ShouldBe(actual);
        book.States().ShouldAllBe(s => s.Spent == actual);
        await TakeAsync(book, "1");
    }
}
