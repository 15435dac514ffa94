using Creel.Core.Budgets;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>What a group or the habitat may spend: one budget, or several with a window each.</summary>
/// <param name="places">Where each is said, by <see cref="PurseId.Key"/>.</param>
internal sealed class BudgetReader(Dictionary<string, HabitatPlace> places, Findings findings)
{
    private static readonly string[] Periods = ["hour", "day", "week", "month", "total"];
    private static readonly string Known = string.Join(", ", Periods);

    public IReadOnlyList<BudgetModel> Read(Fields? holder, PurseId purse)
    {
        if (holder?.Any("budget") is not { } node)
        {
            return [];
        }

        places[purse.Key] = new HabitatPlace(node.At.File, node.At.Line, node.At.Column);
        var budgets = new List<BudgetModel>();
        var taken = new HashSet<string>();
        foreach (var item in node is Json5Array list ? list.Items : [node])
        {
            if (item is not Json5Object one)
            {
                var wanted = node is Json5Array ? "an object" : "an object, or an array of them";
                findings.Error(item.At, $"must be {wanted}, got {item.Kind}");
            }
            else if (Read(one) is var budget && !taken.Add(budget.Per))
            {
                findings.Error(one.At, $"there is a budget per {budget.Per} already: one for each window");
            }
            else
            {
                budgets.Add(budget);
            }
        }

        return budgets;
    }

    private BudgetModel Read(Json5Object node)
    {
        KnownKeys.Check(node, "a budget", ["usd", "per", "warn", "soft"], [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        var dollars = new DollarReader(findings);
        var usd = dollars.Read(fields, "usd", 1_000_000_000, required: true);
        var warn = (double?)dollars.Read(fields, "warn", 1);
        return new BudgetModel(usd ?? 0, Per(fields), warn ?? BudgetModel.UsualWarn, fields.Flag("soft") ?? false);
    }

    private string Per(Fields fields)
    {
        var per = fields.Text("per");
        if (per is not null && Window.TryParse(per, out var window))
        {
            return window.ToString();
        }

        if (per is null && !fields.Has("per"))
        {
            findings.Error(fields.At, $"a budget needs 'per', one of: {Known}");
        }
        else if (per is not null)
        {
            findings.Error(
                fields.PlaceOf("per"),
                $"{Slug.Quote(per)} is none of: {Known}, or rolling: 90m, 24h, 7d{Spelling.Hint(per, Periods)}"
            );
        }

        return "total";
    }
}
