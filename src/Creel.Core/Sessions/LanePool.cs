namespace Creel.Core.Sessions;

/// <summary>The places of one agent.</summary>
internal sealed class LanePool(AgentId agent, bool helpers)
{
    public int Running { get; set; }
    public bool Listed { get; set; }
    public Queue<LaneBoard.Lane> Blocked { get; } = new();

    public bool HasRoom(Func<AgentId, LaneLimits> limits)
    {
        var limit = limits(agent);
        return Running < Math.Max(helpers ? limit.Helpers : limit.Turns, 1);
    }
}
