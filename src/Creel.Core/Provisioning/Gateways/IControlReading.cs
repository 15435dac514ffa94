namespace Creel.Core.Provisioning.Gateways;

/// <summary>What is looked at before a gateway is changed, beside what <see cref="IControlPlane"/> lists.</summary>
public interface IControlReading
{
    Task<ObservedRoster> ReadRosterAsync(CancellationToken cancel = default);

    /// <returns>Null: it is missing.</returns>
    /// <exception cref="CreelException"><c>unsupported-file</c>: the gateway knows no such file.</exception>
    Task<string?> ReadAgentFileAsync(string id, string name, CancellationToken cancel = default);

    /// <returns>False: the gateway has no way to take a file away.</returns>
    Task<bool> DeleteAgentFileAsync(string id, string name, CancellationToken cancel = default);
}
