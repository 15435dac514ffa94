using System.Globalization;
using System.Text.Json;
using Creel.Core.Budgets;
using Creel.Core.Habitats;

namespace Creel.Core.Outbound;

/// <summary>What changes for a running group's way out without a restart: the proxy is told, and its cell goes on.</summary>
public static class OutboundChanges
{
    /// <returns>A clause for people, such as <c>egress + github.com:443, budget $5 a day → $8 a day</c>; null: nothing does.</returns>
    public static string? Between(AgentGroup before, AgentGroup after)
    {
        var changes = new[]
        {
            Lists("egress", before.Egress, after.Egress),
            Models(before.Models, after.Models),
            Values("requests a minute", before.Calls.Requests, after.Calls.Requests),
            Values("tokens a minute", before.Calls.Tokens, after.Calls.Tokens),
            Values("calls at once", before.Calls.Concurrent, after.Calls.Concurrent),
            Values("maxTokens", before.MaxTokens, after.MaxTokens, "the habitat's"),
            Budgets(before.Budgets, after.Budgets),
        };
        var said = string.Join(", ", changes.OfType<string>());
        return said.Length > 0 ? said : null;
    }

    /// <summary>The same for what all groups share, a sentence each.</summary>
    public static IEnumerable<string> Between(HabitatModel before, HabitatModel after)
    {
        if (Budgets(before.Budgets, after.Budgets) is { } budget)
        {
            yield return $"the habitat's {budget}; without a restart";
        }

        foreach (
            var change in UpstreamChanges.Between(before.Upstreams, after.Upstreams).Concat(MoneyChanges.Between(before, after))
        )
        {
            yield return $"{change}; without a restart";
        }

        if (Values("maxTokens", before.MaxTokens, after.MaxTokens, "the model's own limit") is { } most)
        {
            yield return $"{most}; without a restart";
        }

        if (before.Intercept != after.Intercept)
        {
            yield return after.Intercept
                ? "calls to providers that know no proxy are taken over by it; without a restart"
                : "calls to providers that know no proxy are refused; without a restart";
        }

        if (Offline(before.Offline, after.Offline) is { } offline)
        {
            yield return $"{offline}; without a restart";
        }

        if (before.Compatibility != after.Compatibility)
        {
            yield return $"compatibility port {before.Compatibility?.ToString() ?? "none"} → {after.Compatibility?.ToString() ?? "none"}; "
                + "without a restart";
        }

        if (Values("proxy.bodyLimit", before.BodyLimit, after.BodyLimit) is { } limit)
        {
            yield return $"{limit} bytes; without a restart";
        }

        if (Values("proxy.readTimeout", before.ReadTimeout, after.ReadTimeout) is { } patience)
        {
            yield return $"{patience} seconds; without a restart";
        }
    }

    private static string? Offline(OfflineScript? before, OfflineScript? after) =>
        (before, after) switch
        {
            (null, { }) => "calls to providers are answered by Creel's own stand-in, and go out no more",
            ({ }, null) => "calls to providers go out, and cost money: the stand-in answers no more",
            ({ } was, { } now) when !IsSame(was, now) => "what the stand-in answers changes",
            _ => null,
        };

    /// <summary>Lists in records are compared by what is in them as JSON: there is nothing else in a script.</summary>
    private static bool IsSame(OfflineScript before, OfflineScript after) =>
        JsonSerializer.Serialize(before, OutboundJson.Default.OfflineScript)
        == JsonSerializer.Serialize(after, OutboundJson.Default.OfflineScript);

    internal static string? Lists(string what, IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var changes = after.Except(before).Select(item => $"+ {item}").Concat(before.Except(after).Select(item => $"- {item}"));
        var said = string.Join(" ", changes);
        return said.Length == 0 ? null : $"{what} {said}";
    }

    /// <summary>None that is listed means all of them.</summary>
    private static string? Models(IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        before.Count > 0 && after.Count > 0 || before.Count == after.Count
            ? Lists("models", before, after)
            : $"models {All(before)} → {All(after)}";

    private static string All(IReadOnlyList<string> models) => models.Count == 0 ? "all" : string.Join(" ", models);

    private static string? Values(string what, long? before, long? after, string none = "unlimited") =>
        before == after ? null : $"{what} {Number(before, none)} → {Number(after, none)}";

    private static string Number(long? value, string none) => value?.ToString(CultureInfo.InvariantCulture) ?? none;

    private static string? Budgets(IReadOnlyList<BudgetModel> before, IReadOnlyList<BudgetModel> after)
    {
        var changes =
            from window in before.Concat(after).Select(b => b.Per).Distinct()
            let was = before.FirstOrDefault(b => b.Per == window)
            let now = after.FirstOrDefault(b => b.Per == window)
            where was != now
            select $"budget {Text(was)} → {Text(now)}";
        var said = string.Join(", ", changes);
        return said.Length > 0 ? said : null;
    }

    private static string Text(BudgetModel? budget) =>
        budget is null
            ? "none"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{budget.Budget()} ({(budget.Soft ? "soft, " : "")}warned at {budget.Warn * 100:0.#} %)"
            );
}
