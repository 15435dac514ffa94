using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Local;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Cells;

/// <summary>A budget that shall be another one, or none.</summary>
/// <param name="Group">Null: the habitat's.</param>
/// <param name="Per">The window that is meant; null: all, where budgets are taken away.</param>
/// <param name="Budget">Null: it is taken away.</param>
internal sealed record BudgetOrder(GroupId? Group, Window? Per, BudgetModel? Budget)
{
    private const string Fields =
        "It takes 'group' and 'per' (text), 'usd' (text or a number), 'warn' (0 to 1), 'soft' (true or false).";

    public PurseId Purse => new(Group);

    /// <summary>Of the audit.</summary>
    public string Target => Group is { } id ? $"group:{id}" : "habitat";

    public static async Task<BudgetOrder> ReadSetAsync(HttpContext context)
    {
        var said = JsonSerializer.Deserialize<JsonElement>((await JsonBody.ReadAsync(context)).Span);
        var group = JsonBody.String(said, "group");
        var window = Window.Parse(JsonBody.String(said, "per") ?? throw Wrong("'per' is missing"));
        var usd = said.TryGetProperty("usd", out var amount) ? Dollars(amount) : throw Wrong("'usd' is missing");
        var budget = new BudgetModel(usd.Usd, window.ToString(), Share(said), Flag(said, "soft"));
        return new BudgetOrder(group is null ? null : GroupId.Parse(group), window, budget);
    }

    public static BudgetOrder ReadRemove(HttpContext context)
    {
        var query = context.Request.Query;
        return new BudgetOrder(
            query.ContainsKey("group") ? GroupId.Parse(query["group"]) : null,
            query.ContainsKey("per") ? Window.Parse(query["per"]) : null,
            null
        );
    }

    /// <summary>What is to be written down for it.</summary>
    /// <param name="now">The files as they are.</param>
    /// <exception cref="CreelException">There is no such group or budget, or it is said where only a person changes it.</exception>
    public HabitatChange Change(HabitatSnapshot now, HabitatModel habitat)
    {
        var group = Group is { } id ? Find(id, habitat) : null;
        var before = group?.Budgets ?? habitat.Budgets;
        if (now.Reading.Budgets.GetValueOrDefault(Purse.Key) is { } place && place.File != now.LocalFile)
        {
            throw new CreelException(
                Fault.Conflict(
                    "budget-declared",
                    $"the budget of {Purse} is said at {place}, which only a person changes",
                    "Change it there, and creel up; or take it out there, creel up, and set it so."
                )
            );
        }

        var keys = new Dictionary<string, string?> { ["budget"] = BudgetText.Write(After(before)) };
        return group is null
            ? new HabitatChange.Whole(keys)
            : new HabitatChange.Place(group.Agents[0], group.Agents.Count > 1 ? group.Id : null, keys);
    }

    /// <summary>The budgets of the same purse.</summary>
    public IReadOnlyList<BudgetModel> Of(HabitatModel habitat) =>
        Group is { } id ? habitat.Groups.First(g => g.Id == id).Budgets : habitat.Budgets;

    private IReadOnlyList<BudgetModel> After(IReadOnlyList<BudgetModel> before)
    {
        List<BudgetModel> left = [.. before.Where(b => Per is { } meant && b.Per != meant.ToString())];
        if (Budget is null && left.Count == before.Count)
        {
            throw new CreelException(
                Fault.NotFound(
                    "no-budget",
                    $"{Purse} has no budget{(Per is { } per ? $" per {per}" : "")}",
                    "See them: creel budget list."
                )
            );
        }

        return Budget is null ? left : [.. left, Budget];
    }

    private static AgentGroup Find(GroupId id, HabitatModel habitat)
    {
        if (habitat.Groups.FirstOrDefault(g => g.Id == id) is { } found)
        {
            return found;
        }

        var agent = habitat.Agents.FirstOrDefault(a => a.Id.Value == id.Value);
        if (agent is null)
        {
            throw new CreelException(
                Fault.NotFound("group", $"no group {id} is in the habitat that is up", "See them: creel ps.")
            );
        }

        var others = habitat.GroupOf(agent).Agents.Where(a => a != agent.Id).ToList();
        throw new CreelException(
            Fault.Conflict(
                "budget-shared",
                others.Count == 0
                    ? $"agent {id} is in the group {agent.Group}, and a budget belongs to the group"
                    : $"agent {id} shares the group {agent.Group} with {string.Join(", ", others)}, and a budget belongs to the whole group",
                $"Name the group: {agent.Group}; or give the agent a group of its own in the habitat file."
            )
        );
    }

    private static Money Dollars(JsonElement amount)
    {
        var text = amount.ValueKind switch
        {
            JsonValueKind.String => amount.GetString(),
            JsonValueKind.Number => amount.GetRawText(),
            _ => throw Wrong("'usd' is no sum of money"),
        };
        var usd = Money.Parse(text);
        return usd <= Money.Dollars(1_000_000_000) ? usd : throw Wrong("a budget is at most $1000000000");
    }

    private static double Share(JsonElement said) =>
        !said.TryGetProperty("warn", out var warn) || warn.ValueKind == JsonValueKind.Null ? BudgetModel.UsualWarn
        : warn.ValueKind == JsonValueKind.Number && warn.TryGetDecimal(out var share) && share is >= 0 and <= 1 ? (double)share
        : throw Wrong("'warn' is no share from 0 to 1");

    private static bool Flag(JsonElement said, string name) =>
        said.TryGetProperty(name, out var flag)
        && flag.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => throw Wrong($"'{name}' is neither true nor false"),
        };

    private static CreelException Wrong(string message) => new(Fault.Invalid("budget", message, Fields));
}
