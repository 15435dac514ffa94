namespace Creel.Core.Sessions;

/// <summary>The files of an agent's workspace that the gateway shows and sets; never led out of it by a link.</summary>
public interface IAgentFiles
{
    /// <summary>On the host, for people.</summary>
    string Workspace(AgentId agent);

    /// <exception cref="CreelException">There is no such agent.</exception>
    ValueTask<IReadOnlyList<AgentFile>> ListAsync(AgentId agent, CancellationToken cancel = default);

    /// <exception cref="CreelException">No such agent, a name that isn't one of these files (<c>unsupported-file</c>), or a link (<c>unsafe-file</c>).</exception>
    ValueTask<AgentFile> GetAsync(AgentId agent, string name, CancellationToken cancel = default);

    /// <summary>Replaces the whole file; it belongs to the cell's user.</summary>
    /// <exception cref="CreelException">As <see cref="GetAsync"/>; or it can't be written.</exception>
    ValueTask<AgentFile> SetAsync(AgentId agent, string name, string content, CancellationToken cancel = default);
}
