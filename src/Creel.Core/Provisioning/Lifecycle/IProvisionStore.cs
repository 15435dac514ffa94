namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What was written to gateways, over restarts.</summary>
public interface IProvisionStore
{
    /// <summary>The longest text that is kept as a base, in characters.</summary>
    const int LongestBase = 256 * 1024;

    ValueTask<IReadOnlyList<ProvisionRecord>> ListAsync(CancellationToken cancel = default);

    /// <summary>On disk when this returns.</summary>
    /// <exception cref="CreelException"><c>base-size</c>: a base is longer than it may be.</exception>
    ValueTask PutAsync(ProvisionRecord record, CancellationToken cancel = default);

    ValueTask RemoveAsync(string? gateway, string id, CancellationToken cancel = default);
}
