using Creel.Core;
using Creel.Core.Audit;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Server.Audits;
using Creel.Server.Outbound;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Outbound;

/// <summary>Somebody is told once that most of a budget is gone.</summary>
public sealed class BudgetWarningsTests : IAsyncLifetime
{
    private static readonly GroupId Bart = GroupId.Parse("bart");
    private readonly ShiftedTime time = new();
    private readonly MemoryStore store = new();
    private readonly LogLines log = new();
    private AuditTrail trail = null!;
    private string? saved;

    public Task InitializeAsync()
    {
        trail = new AuditTrail(store.Audit, time, NullLogger.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await trail.DisposeAsync();

    [Fact]
    public async Task Once_in_a_window_in_the_log_and_in_the_audit_also_when_serve_starts_anew()
    {
        var line = Line(Bart, "day", "5", "4.1", time.GetUtcNow().AddHours(1));
        var warnings = Warnings();
        await warnings.SeeAsync(Status(line));
        await warnings.SeeAsync(Status(line with { Spent = Money.Parse("4.5") }));
        await Warnings().SeeAsync(Status(line));
        (await AuditedAsync()).ShouldBe(["creel group:bart ok"]);
        log.Text.ShouldContain("group bart has spent $4.10 of $5.00 per day (82%); it resets at ");
        warnings.Of(Bart).ShouldHaveSingleItem().ShouldStartWith("group bart has spent $4.50 of $5.00");
        warnings.Of(GroupId.Parse("lisa")).ShouldBeEmpty();

        time.Shift(TimeSpan.FromHours(2));
        await warnings.SeeAsync(Status(line));
        warnings.Of(Bart).ShouldBeEmpty("its window is over");
        await warnings.SeeAsync(Status(Line(Bart, "day", "5", "4.2", time.GetUtcNow().AddHours(24), since: 1)));
        (await AuditedAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Another_cap_is_another_warning_and_a_rolling_window_warns_again_only_when_it_has_gone_by()
    {
        var warnings = Warnings();
        var rolling = Line(null, "1d", "1", "0.9", time.GetUtcNow().AddHours(3));
        await warnings.SeeAsync(Status(rolling));
        time.Shift(TimeSpan.FromHours(4));
        await warnings.SeeAsync(Status(rolling with { Since = time.GetUtcNow(), ResetsAt = time.GetUtcNow().AddHours(3) }));
        (await AuditedAsync()).ShouldBe(["creel habitat ok"]);
        await warnings.SeeAsync(
            Status(rolling with { Amount = Money.Parse("2"), Cap = Money.Parse("2"), Spent = Money.Parse("1.7") })
        );
        (await AuditedAsync()).Count.ShouldBe(2);
        time.Shift(TimeSpan.FromHours(25));
        await warnings.SeeAsync(Status(rolling with { ResetsAt = time.GetUtcNow().AddHours(3) }));
        (await AuditedAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_total_is_told_once_and_what_was_saved_wrongly_keeps_nobody_from_being_told()
    {
        saved = "nonsense";
        var total = Line(Bart, "total", "1", "1", null);
        for (var year = 0; year < 3; year++)
        {
            await Warnings().SeeAsync(Status(total));
            time.Shift(TimeSpan.FromDays(366));
        }

        (await AuditedAsync()).ShouldBe(["creel group:bart ok"]);
        await Warnings().SeeAsync(Status() with { Warnings = null });
    }

    private BudgetWarnings Warnings() => new(trail, time, log, () => saved, text => saved = text);

    private async Task<IReadOnlyList<string>> AuditedAsync()
    {
        await trail.FlushAsync(default);
        return
        [
            .. (await store.Audit.ReadAsync(0, int.MaxValue))
                .Select(r => r.Entry)
                .Where(e => e.Action == "budget.warn")
                .Select(e => $"{e.Actor} {e.Target} {e.Outcome}"),
        ];
    }

    private static ProxyStatus Status(params BudgetLine[] lines) => new("1", 1, default, "", [], [], [], lines);

    private BudgetLine Line(GroupId? group, string per, string cap, string spent, DateTimeOffset? resets, int since = 0) =>
        new(
            group,
            per,
            false,
            0.8,
            Money.Parse(cap),
            Money.Zero,
            Money.Parse(cap),
            Money.Parse(spent),
            Money.Zero,
            Money.Parse(cap) - Money.Parse(spent),
            Money.Zero,
            true,
            DateTimeOffset.UnixEpoch.AddDays(since),
            resets,
            Money.Zero,
            null
        );
}
