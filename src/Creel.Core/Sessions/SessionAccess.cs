using Creel.Core.Habitats;
using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>
/// What a session's tools may do with other sessions. Agents of one group share a cell and are one principal: within a cell these rules
/// are manners, between cells they are a wall.
/// </summary>
public static class SessionAccess
{
    /// <param name="asker">The session that asks; its agent is in its key.</param>
    /// <param name="parent">The session that spawned a session; null: none did.</param>
    /// <returns>Null: it may see it and write to it.</returns>
    public static Fault? ToSession(
        SessionSettings settings,
        (AgentId Agent, string Key) asker,
        (AgentId Agent, string Key) target,
        Func<string, string?> parent
    )
    {
        var rules = settings.Sharing;
        var boxed = settings.Find(asker.Agent)?.Rules.Sandbox is { Holds: true, SessionToolsVisibility: "spawned" };
        if (boxed && rules.Visibility > SessionVisibility.Tree)
        {
            return asker.Agent == target.Agent && Descends(target.Key, asker.Key, parent)
                ? null
                : Hidden(target.Key, "the asking agent is in a sandbox: set its sandbox.sessionToolsVisibility to all");
        }

        if (asker.Agent != target.Agent)
        {
            return rules.Visibility != SessionVisibility.All ? Hidden(target.Key, "set tools.sessions.visibility to all")
                : !Reach(rules, asker.Agent, target.Agent)
                    ? Hidden(target.Key, "enable tools.agentToAgent, and let its allow name both agents")
                : null;
        }

        return rules.Visibility switch
        {
            SessionVisibility.Self when asker.Key != target.Key => Hidden(
                target.Key,
                "a session sees itself alone: set tools.sessions.visibility to tree or agent"
            ),
            SessionVisibility.Tree when !Descends(target.Key, asker.Key, parent) => Hidden(
                target.Key,
                "a session sees itself and those that it spawned: set tools.sessions.visibility to agent"
            ),
            _ => null,
        };
    }

    /// <returns>Null: the session may spawn one of that agent.</returns>
    /// <param name="depth">How deep the asking session is itself; 0: nobody spawned it.</param>
    /// <param name="children">Of the asking session, those that are at work.</param>
    public static Fault? ToSpawn(SessionSettings settings, AgentId asker, AgentId target, int depth, int children)
    {
        var rules = settings.Find(asker)?.Rules.Subagents ?? new();
        if (asker != target && rules.AllowAgents?.Any(a => a == "*" || RoutingText.Agent(a) == target.Value) != true)
        {
            return Fault.Refused(
                "spawn-agent",
                $"agent '{asker}' may not have agent '{target}' as a helper",
                "name it in subagents.allowAgents of the asking agent"
            );
        }

        return depth >= rules.MaxSpawnDepth
                ? Fault.Refused(
                    "spawn-depth",
                    $"a helper of depth {depth} may spawn no further ones",
                    "raise agents.defaults.subagents.maxSpawnDepth"
                )
            : children >= rules.MaxChildrenPerAgent
                ? new Fault(
                    FaultKind.TooMany,
                    "spawn-children",
                    $"{children} helpers of this session are at work already",
                    "wait for one of them"
                )
            : null;
    }

    private static bool Reach(SharingRules rules, AgentId from, AgentId to) =>
        rules.Enabled && BridgeModel.Names(rules.Allow, from) && BridgeModel.Names(rules.Allow, to);

    private static bool Descends(string key, string ancestor, Func<string, string?> parent)
    {
        // No deeper than may be spawned, and once round at most where somebody wrote a circle.
        string? at = key;
        for (var i = 0; i <= 8 && at is not null; i++)
        {
            if (at == ancestor)
            {
                return true;
            }

            at = parent(at);
        }

        return false;
    }

    private static Fault Hidden(string key, string remedy) =>
        Fault.Refused("session-hidden", $"session {Slug.Quote(key)} is not for this session to see", remedy);
}
