using Creel.Core;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// How many helpers are at work, and those that are about to be. Which session asks is what the asking cell says, so what holds between cells is
/// counted by what a cell can't choose: its group, and the agent that is asked. Those that are at work are known from the store, also after a restart.
/// </summary>
internal sealed class SpawnPlaces(SessionBook book, Func<string, bool> isBusy)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Parent, AgentId Agent)> coming = [];

    /// <summary>Keeps a place for a helper until it is a session at work.</summary>
    /// <param name="key">The helper's.</param>
    /// <param name="refusal">Why it may not be; null: it may.</param>
    /// <returns>To be disposed of when the helper's turn was given, or was not.</returns>
    public IDisposable? Take(
        SessionSettings settings,
        (AgentId Agent, string Key) asker,
        AgentId target,
        string key,
        int depth,
        out Fault? refusal
    )
    {
        var group = settings.Find(asker.Agent)?.Group;
        var most = settings.Find(target)?.Limits.Helpers ?? LaneLimits.Default.Helpers;
        lock (gate)
        {
            var (ofSession, ofGroup) = Count(settings, asker, group, target);
            refusal =
                SessionAccess.ToSpawn(settings, asker.Agent, target, depth, ofSession)
                ?? (
                    ofGroup >= most
                        ? new Fault(
                            FaultKind.TooMany,
                            "spawn-group",
                            $"{ofGroup} helpers of this group are at work for agent '{target}' already",
                            "wait for one of them, or raise agents.defaults.subagents.maxConcurrent"
                        )
                        : null
                );
            if (refusal is not null)
            {
                return null;
            }

            coming[key] = (asker.Key, target);
            return new Place(this, key);
        }
    }

    private (int OfSession, int OfGroup) Count(
        SessionSettings settings,
        (AgentId Agent, string Key) asker,
        GroupId? group,
        AgentId target
    )
    {
        var (ofSession, ofGroup) = (0, 0);
        var working = book.List()
            .Where(e => e.SpawnedBy is not null && !coming.ContainsKey(e.Key) && isBusy(e.Key))
            .Select(e => (Parent: e.SpawnedBy!, e.Agent));
        foreach (var (parent, agent) in working.Concat(coming.Values))
        {
            ofSession += parent == asker.Key ? 1 : 0;
            ofGroup += agent == target && IsOf(settings, parent, asker.Agent, group) ? 1 : 0;
        }

        return (ofSession, ofGroup);
    }

    private static bool IsOf(SessionSettings settings, string parent, AgentId asker, GroupId? group) =>
        SessionKeyText.Parse(parent) is { Agent: var name }
        && (name == asker.Value || settings.Agents.Any(a => a.Id.Value == name && a.Group == group));

    private void Leave(string key)
    {
        lock (gate)
        {
            coming.Remove(key);
        }
    }

    private sealed class Place(SpawnPlaces places, string key) : IDisposable
    {
        public void Dispose() => places.Leave(key);
    }
}
