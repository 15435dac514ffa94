using Creel.Core;
using Creel.Core.Audit;
using Creel.Server.Audits;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Audits;

public sealed class AuditTrailTests
{
    private readonly ShiftedTime time = new();
    private readonly Book book = new();

    [Fact]
    public async Task What_goes_on_repeating_is_told_ever_more_seldom_and_what_was_quiet_is_new_again()
    {
        await using var trail = new AuditTrail(book, time, NullLogger.Instance);
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            await trail.RepeatingAsync("creel", "cell.exit", "cell:a", "failed", """{"reason":"it died"}""");
            await trail.TellRepeatsAsync();
            time.Shift(TimeSpan.FromMinutes(1));
        }

        await trail.FlushAsync(default);
        book.Entries.Count.ShouldBeLessThan(35, "of 1,440 in a day");
        book.Entries[0].Detail.ShouldBe("""{"reason":"it died"}""");
        book.Entries[1].Detail.ShouldBe("""{"repeated":1,"reason":"it died"}""");

        time.Shift(TimeSpan.FromHours(2));
        await trail.TellRepeatsAsync();
        await trail.TellRepeatsAsync();
        await trail.RepeatingAsync("creel", "cell.exit", "cell:a", "failed");
        await trail.FlushAsync(default);
        book.Entries.Last().Detail.ShouldBeNull();
    }

    [Fact]
    public async Task Two_that_repeat_at_once_are_two_and_nothing_counted_is_lost_at_the_end()
    {
        await using (var trail = new AuditTrail(book, time, NullLogger.Instance))
        {
            for (var i = 0; i < 3; i++)
            {
                await trail.RepeatingAsync("creel", "cell.exit", "cell:a", "failed");
                await trail.RepeatingAsync("creel", "cell.exit", "cell:b", "failed");
                await trail.RefusedAsync("agent:bart", "bridge.refuse", $"agent:{i}");
            }
        }

        book.Entries.Select(e => $"{e.Target} {e.Detail}")
            .Order()
            .ShouldBe([
                "agent:0 ",
                """agent:2 {"repeated":2}""",
                "cell:a ",
                """cell:a {"repeated":2}""",
                "cell:b ",
                """cell:b {"repeated":2}""",
            ]);
    }

    [Fact]
    public async Task What_was_counted_is_told_at_the_end_also_where_it_is_not_due()
    {
        await using (var trail = new AuditTrail(book, time, NullLogger.Instance))
        {
            for (var i = 0; i < 3; i++)
            {
                await trail.RepeatingAsync("creel", "cell.exit", "cell:a", "failed");
                await trail.TellRepeatsAsync();
            }
        }

        book.Entries.Select(e => e.Detail).ShouldBe([null, """{"repeated":1}""", """{"repeated":1}"""]);
    }

    [Fact]
    public async Task However_many_targets_there_are_the_book_is_not_filled()
    {
        await using (var trail = new AuditTrail(book, time, NullLogger.Instance))
        {
            for (var i = 0; i < 10_000; i++)
            {
                await trail.RefusedAsync("agent:bart", "bridge.refuse", $"agent:{i}", of: $"agent:{i}");
            }
        }

        book.Entries.Count.ShouldBeLessThan(4100);
        book.Entries.Last().Detail.ShouldBe("""{"repeated":5903}""");
    }

    [Fact]
    public async Task Who_must_know_that_it_is_written_is_told_when_it_is_not_and_it_is_written_later()
    {
        await using var trail = new AuditTrail(book, time, NullLogger.Instance);
        book.Full = true;
        await trail.RecordAsync("admin", "habitat.apply", "habitat", "ok");

        var fault = (await Should.ThrowAsync<CreelException>(async () => await trail.FlushAsync(default))).Fault;
        fault.Code.ShouldBe("audit");
        fault.Message.ShouldContain("no room");

        book.Full = false;
        await Eventually.Until(() => book.Entries.Count == 1);
        await Eventually.Until(() => trail.FlushAsync(default).AsTask().IsCompletedSuccessfully);
    }

    private sealed class Book : IAuditLog
    {
        private readonly List<AuditEntry> entries = [];

        public volatile bool Full;

        public IReadOnlyList<AuditEntry> Entries
        {
            get
            {
                lock (entries)
                {
                    return [.. entries];
                }
            }
        }

        public ValueTask AppendAsync(IReadOnlyList<AuditEntry> batch, CancellationToken cancel = default)
        {
            if (Full)
            {
                throw new CreelException(Fault.Unavailable("disk", "no room"));
            }

            lock (entries)
            {
                entries.AddRange(batch);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<AuditRecord>> ReadAsync(long after, int limit, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<AuditRecord>> TailAsync(int count, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public ValueTask<AuditVerdict> VerifyAsync(CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
