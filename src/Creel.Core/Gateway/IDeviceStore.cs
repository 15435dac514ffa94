namespace Creel.Core.Gateway;

/// <summary>Which devices were let in, over restarts.</summary>
public interface IDeviceStore
{
    ValueTask<IReadOnlyList<PairedDevice>> ListAsync(CancellationToken cancel = default);

    /// <summary>On disk when this returns.</summary>
    ValueTask PutAsync(PairedDevice device, CancellationToken cancel = default);

    ValueTask RemoveAsync(string id, CancellationToken cancel = default);
}
