namespace Creel.Core.Provisioning.Gateways;

/// <summary>What provisioning needs of a gateway, ours or another.</summary>
public interface IControlPlane
{
    Task<ObservedRoster> ReadRosterAsync(CancellationToken cancel = default);

    /// <summary>Who is there, whoever made them, with the folders in which they work. By id.</summary>
    Task<IReadOnlyList<FoundAgent>> FindAgentsAsync(CancellationToken cancel = default);

    /// <summary>Makes the conversation where it is missing.</summary>
    /// <param name="key">Empty: nothing is done, as in the other two.</param>
    Task EnsureSessionAsync(string key, string? label, CancellationToken cancel = default);

    Task ResetSessionAsync(string key, CancellationToken cancel = default);

    Task DeleteSessionAsync(string key, CancellationToken cancel = default);

    /// <summary>
    /// Makes agents, or changes those of their ids, with their heartbeats; when it returns, the gateway knows them. However many, the
    /// configuration is written once for all of them, and not at all where nothing changes.
    /// </summary>
    /// <returns>The ids of those that it made.</returns>
    Task<IReadOnlyCollection<string>> UpsertAgentsAsync(
        IReadOnlyList<AgentRegistration> agents,
        CancellationToken cancel = default
    );

    Task DeleteAgentAsync(string id, bool deleteFiles = true, CancellationToken cancel = default);

    /// <summary>The names of files that the gateway gives its default agent; those that are usual where it does not say.</summary>
    Task<IReadOnlySet<string>> ListSupportedFilesAsync(CancellationToken cancel = default);

    /// <summary>By name.</summary>
    Task<IReadOnlyDictionary<string, GatewayFile>> ListAgentFilesAsync(string id, CancellationToken cancel = default);

    /// <returns>Null: it is missing.</returns>
    /// <exception cref="CreelException"><c>unsupported-file</c>: the gateway knows no such file.</exception>
    Task<string?> ReadAgentFileAsync(string id, string name, CancellationToken cancel = default);

    /// <exception cref="CreelException"><c>unsupported-file</c>: the gateway knows no such file.</exception>
    Task SetAgentFileAsync(string id, string name, string content, CancellationToken cancel = default);

    /// <returns>False: the gateway has no way to take a file away.</returns>
    Task<bool> DeleteAgentFileAsync(string id, string name, CancellationToken cancel = default);

    /// <summary>Of many agents at once: one read and one write, and none where nothing changes.</summary>
    Task PatchHeartbeatsAsync(IReadOnlyList<HeartbeatEntry> agents, CancellationToken cancel = default);
}
