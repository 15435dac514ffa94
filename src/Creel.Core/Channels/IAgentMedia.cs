namespace Creel.Core.Channels;

/// <summary>Files that come to an agent and that it sends, in its workspace; never led out of it by a link.</summary>
public interface IAgentMedia
{
    /// <summary>Puts a file where the agent finds it. The same name again replaces it.</summary>
    /// <param name="name">One name, of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
    /// <returns>Its path, seen from the workspace.</returns>
    /// <exception cref="CreelException">There is no workspace yet, or it can't be written there.</exception>
    ValueTask<string> PutAsync(AgentId agent, string name, ReadOnlyMemory<byte> content, CancellationToken cancel = default);

    /// <summary>Reads a file that the agent named.</summary>
    /// <param name="path">As the agent wrote it: seen from its workspace, or as its cell sees it.</param>
    /// <exception cref="CreelException">It is not in the workspace, is no plain file, or has more bytes.</exception>
    ValueTask<byte[]> GetAsync(AgentId agent, string path, long most, CancellationToken cancel = default);
}
