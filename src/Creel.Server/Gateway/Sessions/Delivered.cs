using Creel.Core;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>What an agent says without having been asked on a channel leaves here.</summary>
internal sealed class Delivered(SessionsConfig config, ILogger log)
{
    public async Task Async(AgentId agent, TurnOrigin to, string text)
    {
        if (config.DeliverAsync is not { } deliver)
        {
            return;
        }

        try
        {
            await deliver(agent, to, text);
        }
        catch (CreelException e)
        {
            log.LogWarning(
                "what agent {Agent} said can't be delivered on {Channel}: {Reason}",
                agent,
                to.Channel,
                e.Fault.Message
            );
        }
    }
}
