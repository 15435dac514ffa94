using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Roots;

/// <summary>What an OpenClaw left, whose configuration is brought up, comes along with its agents.</summary>
internal static class OldState
{
    /// <param name="state">The state folder of the OpenClaw; null: the habitat is none of its own.</param>
    /// <param name="came">The agent has got conversations.</param>
    public static void Bring(AgentPlace place, string? state, Func<AgentId, Task> came, ILogger log)
    {
        if (state is null)
        {
            return;
        }

        try
        {
            var left = new List<string>();
            if (OldSessions.Bring(place, state, left.Add) is not { } count)
            {
                return;
            }

            _ = came(place.Agent);
            log.LogInformation(
                "{Count} transcripts of agent {Agent} came along from {State}, which stays as it is",
                count,
                place.Agent,
                state
            );
            foreach (var one in left.Take(10))
            {
                log.LogWarning("of agent {Agent}: {Trouble}", place.Agent, one);
            }
        }
        catch (Exception e) when (e is CreelException or IOException or UnauthorizedAccessException)
        {
            // Its cell starts all the same; at its next start this is tried again, if it has no conversations by then.
            var why = e is CreelException { Fault.Message: var said } ? said : e.Message;
            log.LogWarning("the conversations of agent {Agent} in {State} can't come along: {Why}", place.Agent, state, why);
        }
    }
}
