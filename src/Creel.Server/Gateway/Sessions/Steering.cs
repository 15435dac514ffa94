using System.Text.Json;
using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Work;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// What came while a turn runs, handed to that turn. That it was told is on disk before it is; it is asked again for as long as the brain
/// does not say that it has it, and what the brain did not hear to the end is a turn of its own afterwards.
/// </summary>
internal sealed class Steering(ISessionStore store, TurnMemory memory, TurnFlow flow)
{
    /// <summary>What the turn has to hear, oldest first.</summary>
    /// <param name="task">As which it runs.</param>
    /// <param name="have">Names of those that it has heard.</param>
    /// <exception cref="CreelException">The store can't write; they are asked for once more.</exception>
    public async ValueTask<IReadOnlyList<(string RunId, string Message)>> TakeAsync(
        AgentId agent,
        string sessionKey,
        string task,
        IReadOnlySet<string> have
    )
    {
        var holder = flow.Ask(lanes => lanes.Holder(sessionKey));
        if (
            holder is null
            || memory.Find(holder) is not { Record: { EndedAt: null, AbortBy: null } } turn
            || turn.Record.Agent != agent
            || turn.Record.Task?.ToString() != task
        )
        {
            return [];
        }

        var behalf = turn.Behalf;
        var now = flow.Ask(lanes =>
                lanes.Offer(
                    holder,
                    item => memory.Find(item.RunId) is { } one && MayJoin(behalf, one) && one.Request.Images.Count == 0
                )
            )
            .Where(item => !have.Contains(item.RunId))
            .Select(item => memory.Find(item.RunId))
            .OfType<Turn>()
            .ToList();
        var fresh = now.Where(one => one.Record.Into != holder).ToList();
        if (fresh.Count > 0)
        {
            await store.WriteAsync(
                SessionWrite.Of([.. fresh.Select(one => one.Change(r => r with { Into = holder }))]),
                CancellationToken.None
            );
        }

        return [.. now.Select(one => (one.Record.RunId, one.Request.Message))];
    }

    /// <summary>
    /// Those that ended with the turn that they were told to. Where nothing is known of what it heard, it may have been all: then they
    /// end as it did, and none is begun twice.
    /// </summary>
    public static IEnumerable<LaneItem> Heard(IReadOnlyList<LaneItem> told, TurnOutcome outcome)
    {
        if (outcome.Result is not { ValueKind: JsonValueKind.Object } result)
        {
            return told;
        }

        HashSet<string?> heard =
            result.TryGetProperty("steered", out var names) && names.ValueKind == JsonValueKind.Array
                ? [.. names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString())]
                : [];
        return told.Where(item => heard.Contains(item.RunId));
    }

    /// <summary>Nobody is heard in a turn which may then do less than it was begun with: his own limits are for a turn of his own.</summary>
    private static bool MayJoin(TurnBehalf behalf, Turn one) => behalf.And(one.Request.ActsFor).Equals(behalf);
}
