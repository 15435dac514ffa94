using Creel.Core;

namespace Creel.Server.Cells;

/// <summary>
/// Agents that the habitat in force has already, and whose cells are only begun: nothing can be given to them yet. Whoever has something for
/// one waits that long, so that what comes meanwhile is neither refused nor overtakes what the agent brings along.
/// </summary>
internal sealed class Coming
{
    private readonly Lock gate = new();
    private readonly Dictionary<AgentId, TaskCompletionSource> agents = [];

    public void Expect(IEnumerable<AgentId> those)
    {
        lock (gate)
        {
            foreach (var agent in those)
            {
                agents.TryAdd(agent, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }
    }

    /// <summary>Its tasks are taken from now on.</summary>
    public void Came(AgentId agent)
    {
        lock (gate)
        {
            if (agents.Remove(agent, out var waited))
            {
                waited.SetResult();
            }
        }
    }

    /// <summary>Who has not come does not come for now: that is told by whoever asks for it.</summary>
    public void Over()
    {
        lock (gate)
        {
            foreach (var waited in agents.Values)
            {
                waited.SetResult();
            }

            agents.Clear();
        }
    }

    public Task OfAsync(AgentId agent)
    {
        lock (gate)
        {
            return agents.GetValueOrDefault(agent)?.Task ?? Task.CompletedTask;
        }
    }
}
