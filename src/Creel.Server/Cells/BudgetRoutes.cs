using System.Text.Json.Serialization;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Habitats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Cells;

/// <summary>The API of budgets: what they are, and to change them. Cells go on as they are.</summary>
/// <param name="allowAsync">Has the proxy told at once.</param>
internal sealed class BudgetRoutes(
    HabitatKeeper habitats,
    Reconciler reconciler,
    CellAudit audit,
    ApplyTurns turns,
    Func<CancellationToken, Task> allowAsync
)
{
    /// <summary>Why the proxy does not do what it should by now; null: it does.</summary>
    public Func<string?> Untold { get; init; } = () => null;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/budgets", ListAsync);
        app.MapPut(
            "/budgets",
            async context => await ChangeAsync(context, "budget.set", await BudgetOrder.ReadSetAsync(context))
        );
        app.MapDelete("/budgets", context => ChangeAsync(context, "budget.rm", BudgetOrder.ReadRemove(context)));
    }

    private Task ListAsync(HttpContext context)
    {
        var habitat = habitats.Current ?? throw HabitatKeeper.NothingUp();
        var places = habitats.Read(null, default).Reading.Budgets;
        return ViewReply.WriteAsync(
            context,
            new BudgetsView(
                habitat.Name,
                [
                    .. habitat.Budgets.Select(b => BudgetView.Of(PurseId.Habitat, b, places)),
                    .. habitat.Groups.SelectMany(g => g.Budgets.Select(b => BudgetView.Of(new PurseId(g.Id), b, places))),
                ]
            )
        );
    }

    private async Task ChangeAsync(HttpContext context, string action, BudgetOrder order)
    {
        var detail = new
        {
            order.Budget?.Usd,
            Per = order.Per?.ToString(),
            order.Budget?.Warn,
            order.Budget?.Soft,
        };
        var accepted = false;
        try
        {
            turns.LookForMoves();
            var done = await reconciler.AcceptAsync(
                () => Wish(order),
                () =>
                {
                    accepted = true;
                    return audit.AskedAsync(action, order.Target, "ok", detail);
                },
                context.RequestAborted
            );
            await allowAsync(CancellationToken.None);
            await ViewReply.WriteAsync(
                context,
                new BudgetChangeView(
                    order.Group?.Value,
                    [
                        .. order
                            .Of(habitats.Current!)
                            .Select(b => new BudgetView(order.Group?.Value, b.Usd, b.Per, b.Warn, b.Soft)),
                    ],
                    done.LocalFile,
                    Untold()
                )
            );
        }
        catch (CreelException e)
        {
            await audit.AskedAsync(action, order.Target, accepted ? "failed" : "refused", new { code = e.Fault.Code });
            throw;
        }
    }

    private Wish Wish(BudgetOrder order)
    {
        Wish wish;
        try
        {
            wish = habitats.Change(order.Change);
        }
        catch (CreelException e) when (e.Fault is { Code: "habitat", Kind: FaultKind.Invalid })
        {
            // It is right as it stands, so what would be wrong is that the budget would be said twice.
            throw Elsewhere(order);
        }

        RefuseUnlessSo(order, wish.Habitat!);
        return wish;
    }

    /// <summary>What the local file says elsewhere than Creel writes it, a person has written.</summary>
    private static void RefuseUnlessSo(BudgetOrder order, HabitatModel then)
    {
        var left = order.Of(then);
        if (order.Budget is { } wanted ? left.Contains(wanted) : left.All(b => order.Per is { } per && b.Per != per.ToString()))
        {
            return;
        }

        throw Elsewhere(order);
    }

    private static CreelException Elsewhere(BudgetOrder order) =>
        new(
            Fault.Conflict(
                "budget-declared",
                $"the budget of {order.Purse} is said elsewhere in the local file, by hand",
                "Change it there, and creel up."
            )
        );
}

internal sealed record BudgetsView(string Habitat, IReadOnlyList<BudgetView> Budgets);

/// <param name="Group">Null: the habitat's.</param>
/// <param name="Place">Where it is said.</param>
internal sealed record BudgetView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Group,
    decimal Usd,
    string Per,
    double Warn,
    bool Soft,
    string? Place = null
)
{
    public static BudgetView Of(PurseId purse, BudgetModel budget, IReadOnlyDictionary<string, HabitatPlace> places) =>
        new(
            purse.Group?.Value,
            budget.Usd,
            budget.Per,
            budget.Warn,
            budget.Soft,
            places.GetValueOrDefault(purse.Key)?.ToString()
        );
}

/// <param name="Budgets">All that this purse has now.</param>
/// <param name="Untold">Why the proxy has not taken it yet; null: it is in force.</param>
internal sealed record BudgetChangeView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Group,
    IReadOnlyList<BudgetView> Budgets,
    string? LocalFile,
    string? Untold
);
