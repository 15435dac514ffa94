using System.Collections.Concurrent;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>Records in memory; each write may be the last.</summary>
internal sealed class MemoryProvisions : IProvisionStore
{
    private readonly ConcurrentDictionary<(string?, string), ProvisionRecord> all = [];

    public Action Written { get; set; } = () => { };

    public int Puts { get; private set; }

    public ProvisionRecord this[string agent] => all.Values.Single(r => r.Agent.Value == agent);

    public IReadOnlyCollection<ProvisionRecord> All => [.. all.Values];

    public ValueTask<IReadOnlyList<ProvisionRecord>> ListAsync(CancellationToken cancel = default) =>
        ValueTask.FromResult<IReadOnlyList<ProvisionRecord>>([.. all.Values.OrderBy(r => r.Id, StringComparer.Ordinal)]);

    public ValueTask PutAsync(ProvisionRecord record, CancellationToken cancel = default)
    {
        Written();
        Puts++;
        all[(record.Gateway, record.Id)] = record;
        return default;
    }

    public ValueTask RemoveAsync(string? gateway, string id, CancellationToken cancel = default)
    {
        Written();
        all.TryRemove((gateway, id), out _);
        return default;
    }
}
