namespace Creel.Core.Gateway;

/// <summary>Changes of who is in the habitat, by a client of the gateway: one at a time, and seen at once.</summary>
public interface IGatewayRoster
{
    /// <summary>Brings up one more agent.</summary>
    /// <exception cref="CreelException">Conflict: there is one of that id. Or the habitat would be wrong.</exception>
    ValueTask CreateAsync(RosterEntry entry, string by, CancellationToken cancel = default);

    /// <exception cref="CreelException">There is no such agent, or the habitat would be wrong.</exception>
    ValueTask UpdateAsync(RosterEntry entry, string by, CancellationToken cancel = default);

    /// <summary>Takes an agent out, with its bindings.</summary>
    /// <param name="deleteFiles">Its workspace goes too, where it is one of Creel's own.</param>
    /// <returns>How many bindings went with it.</returns>
    /// <exception cref="CreelException">There is no such agent, or only a person can take it out.</exception>
    ValueTask<int> DeleteAsync(AgentId agent, bool deleteFiles, string by, CancellationToken cancel = default);
}

/// <summary>What a client says of an agent; null is not said.</summary>
public sealed record RosterEntry(AgentId Agent, string? Name, string? Workspace, string? Model, string? Emoji, string? Avatar);
