using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>Brings signs of life to the disk, one write after another.</summary>
internal sealed class CheckInShelf(ICheckInStore store, CheckInEntries entries)
{
    private readonly SemaphoreSlim writing = new(1, 1);

    /// <exception cref="Core.CreelException">The store can't be read.</exception>
    public async Task LoadAsync(CancellationToken cancel) => entries.Load(await store.ListAsync(cancel));

    /// <summary>Writes what is new.</summary>
    public async Task KeepAsync(CancellationToken cancel)
    {
        await writing.WaitAsync(cancel);
        try
        {
            if (entries.Unkept() is { Count: > 0 } states)
            {
                await store.PutAsync(states, cancel);
                entries.Keep(states);
            }
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task RemoveAsync(IReadOnlyList<Resident> gone, CancellationToken cancel)
    {
        foreach (var agent in gone)
        {
            await store.RemoveAsync(agent, cancel);
        }
    }
}
