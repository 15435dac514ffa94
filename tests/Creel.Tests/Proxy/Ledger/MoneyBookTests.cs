using Creel.Core;
using Creel.Core.Budgets;
using Creel.Proxy.Ledger;
using Microsoft.Data.Sqlite;
using static Creel.Tests.Proxy.Ledger.BookFolder;

namespace Creel.Tests.Proxy.Ledger;

public class MoneyBookTests
{
    [Fact]
    public async Task What_was_settled_is_there_after_a_restart_to_the_nano_dollar()
    {
        using var folder = new BookFolder();
        await using (var book = await folder.OpenAsync(Purses("1 day", "5 month")))
        {
            folder.Settle(book, await TakeAsync(book, "0.5"), "0.123456789");
        }

        await using var again = await folder.OpenAsync(Purses("1 day", "5 month"));
        var counted = (Money.Parse("0.123456789"), Money.Zero, Money.Zero);
        again.States().Select(s => (s.Spent, s.Reserved, s.Lost)).ShouldBe([counted, counted]);
        (await RefusedAsync(again, "0.876543212")).Spent.ShouldBe(Money.Parse("0.123456789"));
        await TakeAsync(again, "0.876543211");
    }

    [Fact]
    public async Task After_a_crash_what_was_drawn_counts_as_spent_and_is_shown_as_lost()
    {
        using var folder = new BookFolder();
        var book = await folder.OpenAsync(Purses("1 day"));
        await TakeAsync(book, "0.5");
        await book.AbandonAsync();
        await using var again = await folder.OpenAsync(Purses("1 day"));
        var state = again.States().ShouldHaveSingleItem();
        state.Spent.ShouldBeGreaterThanOrEqualTo(Money.Parse("0.5"));
        state.Spent.ShouldBeLessThanOrEqualTo(Money.Parse("1"));
        state.Lost.ShouldBe(state.Spent);
    }

    [Fact]
    public async Task A_settlement_that_was_on_disk_survives_a_crash_and_only_the_open_block_is_lost()
    {
        using var folder = new BookFolder();
        var book = await folder.OpenAsync(Purses("64 day"));
        folder.Settle(book, await TakeAsync(book, "0.5"), "0.25");
        (await book.FlushAsync()).ShouldBeNull();
        await book.AbandonAsync();
        await using var again = await folder.OpenAsync(Purses("64 day"));
        var state = again.States().ShouldHaveSingleItem();
        (state.Spent - state.Lost).ShouldBe(Money.Parse("0.25"));
        state.Lost.ShouldBeLessThanOrEqualTo(Money.Parse("1"));
        (await again.Reader.CallsAsync()).Calls.ShouldHaveSingleItem().Settled.ShouldBe(Money.Parse("0.25"));
    }

    [Fact]
    public async Task A_purse_that_is_quiet_gives_its_block_back()
    {
        using var folder = new BookFolder();
        var book = await folder.OpenAsync(Purses("64 day"));
        folder.Settle(book, await TakeAsync(book, "0.5"), "0.25");
        await Eventually.Until(async () => await DrawnAsync(folder) == Money.Parse("0.25"));
        await book.AbandonAsync();
        await using var again = await folder.OpenAsync(Purses("64 day"));
        again.States().ShouldHaveSingleItem().Lost.ShouldBe(Money.Zero);
    }

    private static async Task<Money> DrawnAsync(BookFolder folder)
    {
        await using var connection = BookFile.Connect(folder.Path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT drawn FROM slots";
        return new Money((long)(await command.ExecuteScalarAsync())!);
    }

    [Fact]
    public async Task A_group_pays_from_its_own_purse_and_the_habitats_or_from_none()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync([Purse(Bart, "1 day"), Purse(Lisa, "1 day"), Purse(null, "1.5 day")]);
        await TakeAsync(book, "1");
        (await RefusedAsync(book, "0.6", Lisa)).Purse.ShouldBe(PurseId.Habitat);
        book.States().Single(s => s.Purse == new PurseId(Lisa)).Reserved.ShouldBe(Money.Zero);
        await TakeAsync(book, "0.5", Lisa);
    }

    [Fact]
    public async Task Without_a_budget_everything_goes_and_is_written_down()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync();
        var taken = await TakeAsync(book, "1000000");
        book.Settle(taken, Money.Parse("3"), folder.Record(book, Money.Parse("3")));
        await book.FlushAsync();
        (await book.Reader.SpentSinceAsync(PurseId.Habitat, Noon)).ShouldBe(Money.Parse("3"));
    }

    [Fact]
    public async Task A_budget_that_is_set_later_finds_what_was_spent_in_its_window_before()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("10 day"));
        folder.Settle(book, await TakeAsync(book, "4"), "4");
        await book.ConfigureAsync([Purse(Bart, "5 month")]);
        (await RefusedAsync(book, "1.01")).Spent.ShouldBe(Money.Parse("4"));
        await book.ConfigureAsync([Purse(Bart, "10 day"), Purse(null, "6 total")]);
        (await RefusedAsync(book, "2.01")).Purse.ShouldBe(PurseId.Habitat);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rolling_budget_that_was_taken_out_and_is_set_again_finds_what_was_spent_meanwhile(bool restarts)
    {
        using var folder = new BookFolder();
        var book = await folder.OpenAsync(Purses("10 3h"));
        folder.Settle(book, await TakeAsync(book, "4"), "4");
        await book.ConfigureAsync(Purses("100 total"));
        folder.Time.Now = Noon.AddHours(1);
        folder.Settle(book, await TakeAsync(book, "5"), "5");
        if (restarts)
        {
            await book.DisposeAsync();
            book = await folder.OpenAsync(Purses("100 total"));
        }

        await book.ConfigureAsync(Purses("10 3h"));
        (await RefusedAsync(book, "1.01")).Spent.ShouldBe(Money.Parse("9"));
        folder.Settle(book, await TakeAsync(book, "1"), "1");
        folder.Time.Now = Noon.AddHours(5);
        await TakeAsync(book, "10");
        await book.DisposeAsync();
    }

    [Fact]
    public async Task A_rolling_budget_that_goes_on_after_a_restart_counts_nothing_twice()
    {
        using var folder = new BookFolder();
        var book = await folder.OpenAsync(Purses("10 90m"));
        folder.Settle(book, await TakeAsync(book, "4"), "4");
        folder.Time.Now = Noon.AddMinutes(40);
        folder.Settle(book, await TakeAsync(book, "3"), "3");
        folder.Time.Now = Noon.AddMinutes(95);
        await book.DisposeAsync();
        await using var again = await folder.OpenAsync(Purses("10 90m"));
        again.States().ShouldHaveSingleItem().Spent.ShouldBe(Money.Parse("3"));
    }

    [Fact]
    public async Task A_cap_that_changes_keeps_what_was_spent()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        folder.Settle(book, await TakeAsync(book, "1"), "1");
        await book.ConfigureAsync(Purses("3 day"));
        await TakeAsync(book, "2");
        await RefusedAsync(book, "0.01");
    }

    [Fact]
    public async Task A_grant_is_on_disk_before_it_counts_and_ends_with_the_window()
    {
        using var folder = new BookFolder();
        var book = await folder.OpenAsync(Purses("1 day"));
        folder.Settle(book, await TakeAsync(book, "1"), "1");
        (await book.GrantAsync(new PurseId(Bart), Money.Parse("2"))).ShouldHaveSingleItem().Cap.ShouldBe(Money.Parse("3"));
        await book.AbandonAsync();
        await using var again = await folder.OpenAsync(Purses("1 day"));
        again.States().ShouldHaveSingleItem().Cap.ShouldBe(Money.Parse("3"));
        folder.Time.Now = Noon.AddDays(1);
        again.States().ShouldHaveSingleItem().Cap.ShouldBe(Money.Parse("1"));
        (await Should.ThrowAsync<CreelException>(() => again.GrantAsync(PurseId.Habitat, Money.Parse("1")))).Fault.Code.ShouldBe(
            "no-budget"
        );
        (await Should.ThrowAsync<CreelException>(() => again.GrantAsync(new PurseId(Bart), Money.Zero))).Fault.Code.ShouldBe(
            "grant"
        );
    }

    [Fact]
    public async Task A_clock_that_was_set_back_across_a_restart_reopens_nothing()
    {
        using var folder = new BookFolder();
        await using (var book = await folder.OpenAsync(Purses("1 day")))
        {
            folder.Settle(book, await TakeAsync(book, "1"), "1");
        }

        folder.Time.Now = Noon.AddDays(-10);
        await using (var again = await folder.OpenAsync(Purses("1 day")))
        {
            await RefusedAsync(again, "0.01");
        }

        folder.Time.Now = Noon.AddDays(1);
        await using var next = await folder.OpenAsync(Purses("1 day"));
        await TakeAsync(next, "1");
    }

    [Fact]
    public async Task A_rolling_window_remembers_its_slices()
    {
        using var folder = new BookFolder();
        await using (var book = await folder.OpenAsync(Purses("1 1h")))
        {
            folder.Settle(book, await TakeAsync(book, "0.6"), "0.6");
            folder.Time.Now = Noon.AddMinutes(30);
            folder.Settle(book, await TakeAsync(book, "0.3"), "0.3");
        }

        await using var again = await folder.OpenAsync(Purses("1 1h"));
        (await RefusedAsync(again, "0.11")).ResetsAt.ShouldBe(Noon.AddMinutes(61));
        folder.Time.Now = Noon.AddMinutes(61);
        await TakeAsync(again, "0.7");
        await RefusedAsync(again, "0.01");
    }

    [Fact]
    public async Task Two_processes_never_have_one_book()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        Should.Throw<CreelException>(() => MoneyBook.Open(folder.Path, folder.Time)).Fault.Code.ShouldBe("ledger-locked");
    }

    [Fact]
    public async Task The_files_are_their_owners_alone()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        await TakeAsync(book, "0.1");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(folder.Path)!))
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    [Fact]
    public async Task What_is_no_book_is_refused()
    {
        using var folder = new BookFolder();
        await File.WriteAllTextAsync(folder.Path, new string('x', 5000));
        Should.Throw<CreelException>(() => MoneyBook.Open(folder.Path, folder.Time)).Fault.Code.ShouldBe("ledger-corrupt");
    }

    [Fact]
    public async Task A_closed_book_spends_nothing()
    {
        using var folder = new BookFolder();
        var book = await folder.OpenAsync(Purses("1 day"));
        await book.DisposeAsync();
        (await book.ReserveAsync(Bart, Money.Parse("0.1"))).ShouldBeOfType<BookDecision.Unavailable>();
        (await book.FlushAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_warning_comes_once()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var warnings = new List<BudgetState>();
        book.Warns = warnings.Add;
        folder.Settle(book, await TakeAsync(book, "0.9"), "0.79");
        warnings.ShouldBeEmpty();
        folder.Settle(book, await TakeAsync(book, "0.1"), "0.01");
        folder.Settle(book, await TakeAsync(book, "0.1"), "0.01");
        warnings.ShouldHaveSingleItem().Spent.ShouldBe(Money.Parse("0.8"));
    }

    [Fact]
    public async Task Sums_outlive_the_calls_they_are_of()
    {
        using var folder = new BookFolder();
        await using var book = MoneyBook.Open(folder.Path, folder.Time, keepCalls: 10);
        await book.ConfigureAsync(Purses("100 day"));
        for (var i = 0; i < 50; i++)
        {
            var taken = await TakeAsync(book, "1");
            book.Settle(taken, Money.Parse("0.5"), folder.Record(book, Money.Parse("0.5"), agent: i % 2 == 0 ? "bart" : null));
            await book.FlushAsync();
        }

        book.Note(folder.Record(book, Money.Zero, Lisa).Refused("budget", 402, "no room"));
        await book.FlushAsync();
        (await book.Reader.CallsAsync(limit: 1000)).Calls.Count.ShouldBe(10);
        (await book.Reader.CallsAsync(refusedOnly: true)).Calls.ShouldHaveSingleItem().Rule.ShouldBe("budget");
        (await book.Reader.CallsAsync(Bart, limit: 3)).Calls.Count.ShouldBe(3);
        var sums = await book.Reader.SumsAsync(Noon);
        sums.Sum(s => s.Calls).ShouldBe(50);
        sums.Single(s => s.Agent == "bart").Settled.ShouldBe(Money.Parse("12.5"));
        sums.Sum(s => s.Input).ShouldBe(51 * 7);
        (await book.Reader.SumsAsync(Noon, Lisa)).ShouldHaveSingleItem().Refused.ShouldBe(1);
    }

    [Fact]
    public async Task A_group_that_calls_all_the_time_pushes_out_none_of_anothers_calls()
    {
        using var folder = new BookFolder();
        await using var book = MoneyBook.Open(folder.Path, folder.Time, keepCalls: 10);
        for (var i = 0; i < 3; i++)
        {
            book.Note(folder.Record(book, Money.Zero, Lisa));
            await book.FlushAsync();
        }

        for (var i = 0; i < 40; i++)
        {
            book.Note(folder.Record(book, Money.Zero));
            await book.FlushAsync();
        }

        (await book.Reader.CallsAsync(Lisa)).Calls.Count.ShouldBe(3);
        (await book.Reader.CallsAsync(Bart)).Calls.Count.ShouldBe(7);
    }

    [Fact]
    public async Task A_book_of_the_first_version_keeps_its_calls()
    {
        using var folder = new BookFolder();
        CallRecord old;
        await using (var book = await folder.OpenAsync(Purses("1 day")))
        {
            old = folder.Record(book, new Money(5));
            book.Note(old);
            await book.FlushAsync();
        }

        using (var connection = BookFile.Connect(folder.Path, SqliteOpenMode.ReadWrite))
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "DROP INDEX pages_grp; ALTER TABLE pages DROP COLUMN grp; PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        await using var again = await folder.OpenAsync(Purses("1 day"));
        again.Note(folder.Record(again, new Money(6)));
        await again.FlushAsync();
        (await again.Reader.CallsAsync(Bart)).Calls.Select(c => c.Settled.Nanos).ShouldBe([5, 6]);
        (await again.Reader.FindAsync(old.Id)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_call_is_found_by_its_id_and_followed_from_there()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync();
        var calls = Enumerable.Range(0, 5).Select(i => folder.Record(book, new Money(i))).ToArray();
        Array.ForEach(calls, book.Note);
        await book.FlushAsync();
        var found = (await book.Reader.FindAsync(calls[2].Id)).ShouldNotBeNull();
        found.ShouldBe(calls[2] with { Charges = found.Charges });
        found.Charges.ShouldBe(calls[2].Charges);
        var page = await book.Reader.CallsAsync(limit: 2);
        page.Calls.Select(c => c.Id).ShouldBe([calls[3].Id, calls[4].Id]);
        (await book.Reader.CallsAsync(after: page.Next)).ShouldSatisfyAllConditions(
            p => p.Calls.ShouldBeEmpty(),
            p => p.Next.ShouldBe(page.Next)
        );
        var late = folder.Record(book, new Money(9));
        book.Note(folder.Record(book, new Money(8)));
        book.Note(late);
        await book.FlushAsync();
        (await book.Reader.CallsAsync(after: page.Next)).Calls.Select(c => c.Settled.Nanos).ShouldBe([8, 9]);
        (await book.Reader.CallsAsync(after: page.Next, limit: 1)).Next.ShouldBe(page.Next + 1);
        (await book.Reader.CallsAsync(after: page.Next + 1)).Calls.ShouldHaveSingleItem().Id.ShouldBe(late.Id);
        (await book.Reader.FindAsync("no id")).ShouldBeNull();
    }
}
