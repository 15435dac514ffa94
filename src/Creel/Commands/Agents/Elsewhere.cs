using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Creel.Commands.Provisioning;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Agents;

/// <summary>Agents that the habitat has at gateways elsewhere.</summary>
internal static class Elsewhere
{
    /// <returns>By gateway and id; none where serve is one that knows of no gateways.</returns>
    public static async Task<IReadOnlyList<ElsewhereView>> AskAsync(Call call, CancellationToken cancel)
    {
        try
        {
            var answer = Call.Read<Answer>(await call.Client.GetAsync("gateways", cancel));
            return
            [
                .. answer
                    .Gateways.SelectMany(g => g.Agents ?? [])
                    .OrderBy(a => a.Gateway, StringComparer.Ordinal)
                    .ThenBy(a => a.Id, StringComparer.Ordinal),
            ];
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return [];
        }
    }

    /// <summary>The same, with whether each was heard of.</summary>
    public static async Task<IReadOnlyList<ElsewhereView>> AskWithSignsAsync(Call call, CancellationToken cancel)
    {
        var agents = await AskAsync(call, cancel);
        if (agents.Count == 0)
        {
            return agents;
        }

        var answer = Call.Read<CheckInsView>(await call.Client.GetAsync("checkins", cancel));
        var signs = (answer.Agents ?? []).ToDictionary(a => a.Id, StringComparer.Ordinal);
        return
        [
            .. agents.Select(a =>
                signs.GetValueOrDefault(a.Id) is { } sign
                    ? a with
                    {
                        Status = sign.Status,
                        LastSeen = sign.LastSeen,
                        Why = sign.Why,
                    }
                    : a
            ),
        ];
    }

    /// <summary>And where it stands for its gateway.</summary>
    public static async Task<IReadOnlyList<ElsewhereView>> AskWithStandingsAsync(Call call, CancellationToken cancel)
    {
        var agents = await AskWithSignsAsync(call, cancel);
        if (agents.Count == 0)
        {
            return agents;
        }

        var standings = (await StandingsAsync(call, cancel)).ToLookup(a => (a.Gateway, a.Agent), a => a.Standing);
        return [.. agents.Select(a => a with { Standing = standings[(a.Gateway, a.Id)].FirstOrDefault() })];
    }

    /// <summary>Where all stand at gateways, as they were last seen; none where serve is one that provisions nobody.</summary>
    public static async Task<IReadOnlyList<StandingView>> StandingsAsync(Call call, CancellationToken cancel)
    {
        try
        {
            return Call.Read<StandingsView>(await call.Client.GetAsync("provision", cancel)).Agents;
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return [];
        }
    }

    /// <summary>Where one stands; null: nothing is known of it.</summary>
    public static async Task<StandingView?> StandingAsync(Call call, string gateway, string agent, CancellationToken cancel) =>
        (await StandingsAsync(call, cancel)).FirstOrDefault(a => a.Gateway == gateway && a.Agent == agent);

    /// <summary>An answer about those here, with those elsewhere where there are some.</summary>
    public static JsonElement Beside(JsonElement answer, IReadOnlyList<ElsewhereView> elsewhere)
    {
        if (elsewhere.Count == 0)
        {
            return answer;
        }

        var both = JsonObject.Create(answer)!;
        both["elsewhere"] = JsonSerializer.SerializeToNode(elsewhere, CliJson.Line);
        return JsonSerializer.SerializeToElement(both);
    }

    private sealed record Answer(IReadOnlyList<Gateway> Gateways);

    private sealed record Gateway(IReadOnlyList<ElsewhereView>? Agents);
}

/// <summary>Who it is to be, and whether it was heard of.</summary>
internal sealed record ElsewhereView(string Id, string Gateway, string Name, string Kind, string? Board, bool Files)
{
    public string? Status { get; init; }

    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Why it is not online, where that is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Why { get; init; }

    /// <summary>Of <c>creel provision status</c>; null: nobody asked, or nothing is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Standing { get; init; }
}
