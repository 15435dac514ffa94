using Creel.Core.Link;

namespace Creel.Runtime.Work;

/// <summary>One agent's tasks: those that wait, in the order in which they came, and how many run.</summary>
internal sealed class Lane(WelcomeAgent agent)
{
    /// <summary>Replaced by each welcome; what runs keeps the one that it started with.</summary>
    public WelcomeAgent Agent { get; set; } = agent;

    public LinkedList<TaskOrder> Waiting { get; } = [];

    public int Running { get; set; }

    public bool HasRoom => Running < Math.Max(1, Agent.Policy.MaxConcurrent);
}
