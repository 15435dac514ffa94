using System.Collections.Concurrent;
using Creel.Core.Gateway;

namespace Creel.Tests.Gateway.Protocol.World;

/// <summary>Paired devices in memory.</summary>
internal sealed class MemoryDevices : IDeviceStore
{
    private readonly ConcurrentDictionary<string, PairedDevice> all = new();

    public ValueTask<IReadOnlyList<PairedDevice>> ListAsync(CancellationToken cancel = default) =>
        ValueTask.FromResult<IReadOnlyList<PairedDevice>>([.. all.Values]);

    public ValueTask PutAsync(PairedDevice device, CancellationToken cancel = default)
    {
        all[device.Id] = device;
        return default;
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancel = default)
    {
        all.TryRemove(id, out _);
        return default;
    }
}
