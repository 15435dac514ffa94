using Creel.Core;
using Creel.Server.Web;

namespace Creel.Server.Hub.Bridges;

/// <summary>What one agent may ask of others, so that it can't take their time and the book's room from everybody else.</summary>
internal sealed class BridgeQuota(HubParts hub)
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    private readonly TokenBuckets<AgentId> rate = new(hub.Config.BridgeBurst, Each, hub.Time);
    private readonly Dictionary<AgentId, int> open = [];

    /// <summary>Counts a question, which is open until <see cref="Close"/>; or says why it is one too many.</summary>
    public Fault? Open(AgentId from)
    {
        lock (open)
        {
            var count = open.GetValueOrDefault(from);
            if (count >= hub.Config.BridgeOpen)
            {
                return new Fault(
                    FaultKind.TooMany,
                    "bridge-open",
                    $"{count} questions of agent '{from}' to others are open already",
                    "wait for their answers"
                );
            }

            if (!rate.TryTake(from))
            {
                return new Fault(
                    FaultKind.TooMany,
                    "bridge-rate",
                    $"agent '{from}' asks others too often",
                    "wait a second between questions"
                );
            }

            open[from] = count + 1;
            return null;
        }
    }

    /// <summary>A question of before the hub's start is still open, and counts as any other.</summary>
    public void Resume(AgentId from)
    {
        lock (open)
        {
            open[from] = open.GetValueOrDefault(from) + 1;
        }
    }

    public void Close(AgentId from)
    {
        lock (open)
        {
            if (--open[from] == 0)
            {
                open.Remove(from);
            }
        }
    }
}
