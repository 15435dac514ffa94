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
}
