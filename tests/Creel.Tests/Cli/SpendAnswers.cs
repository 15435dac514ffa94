using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;

namespace Creel.Tests.Cli;

/// <summary>What the server says of money in the tests of the command line.</summary>
internal static class SpendAnswers
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>As <c>GET /spend</c> answers: two budgets, two who spent.</summary>
    public static string Report() =>
        JsonSerializer.Serialize(
            new SpendReport(
                Noon,
                Noon.AddDays(-1),
                "2026-11-05.00000000",
                null,
                [
                    Line(null, "month", "20", "0", "4.123456789", "0.5") with
                    {
                        Soft = true,
                        Warned = false,
                        ResetsAt = Noon.AddDays(9),
                    },
                    Line(GroupId.Parse("bart"), "day", "5", "2", "6", "0.5") with
                    {
                        Lost = Money.Parse("0.25"),
                        HitAt = Noon.AddMinutes(90),
                    },
                ],
                [
                    new(
                        "bart",
                        "bart",
                        "anthropic",
                        "claude-haiku-4-5",
                        1234,
                        0,
                        Money.Parse("6"),
                        Money.Parse("0.33333"),
                        5_000_000,
                        70_000,
                        0,
                        0
                    ),
                    new("girls", "lisa", "openai", "gpt-5", 1, 0, new Money(1), Money.Zero, 10, 20, 0, 0),
                ]
            ),
            OutboundJson.Default.SpendReport
        );

    public static BudgetLine Line(GroupId? group, string per, string amount, string granted, string spent, string reserved)
    {
        var cap = Money.Parse(amount) + Money.Parse(granted);
        return new BudgetLine(
            group,
            per,
            false,
            0.8,
            Money.Parse(amount),
            Money.Parse(granted),
            cap,
            Money.Parse(spent),
            Money.Parse(reserved),
            cap - Money.Parse(spent) - Money.Parse(reserved),
            Money.Zero,
            true,
            Noon,
            Noon.AddHours(12),
            Money.Zero,
            null
        );
    }
}
