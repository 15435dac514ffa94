using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;

namespace Creel.Commands.Spending;

/// <summary>What was granted on top of budgets, for the windows that are open now.</summary>
internal sealed class Grants
{
    private readonly IReadOnlyList<BudgetLine> lines;

    private Grants(IReadOnlyList<BudgetLine> lines) => this.lines = lines;

    public static Grants None { get; } = new([]);

    /// <summary>None where the proxy is away: it keeps them.</summary>
    public static async Task<Grants> AskAsync(Call call, CancellationToken cancel)
    {
        try
        {
            var report = await call.Client.GetAsync("spend?hours=1", cancel);
            return new Grants(report.Deserialize(OutboundJson.Default.SpendReport)!.Budgets);
        }
        catch (CreelException)
        {
            return None;
        }
    }

    public Money To(BudgetView budget) =>
        lines.FirstOrDefault(line => line.Group?.Value == budget.Group && line.Per == budget.Per)?.Granted ?? Money.Zero;
}
