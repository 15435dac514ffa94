using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Creel.Proxy.Logs;

/// <summary>The last things of a kind that happened, and who wants to know of the next.</summary>
/// <param name="most">How many are kept.</param>
internal sealed class Recent<T>(int most)
{
    /// <summary>What a reader may fall behind before it loses the oldest.</summary>
    private const int MostWaiting = 1024;

    private readonly Lock gate = new();
    private readonly Queue<T> kept = new();
    private readonly List<Channel<T>> readers = [];

    public void Add(T item)
    {
        lock (gate)
        {
            if (kept.Count == most)
            {
                kept.Dequeue();
            }

            kept.Enqueue(item);
            foreach (var reader in readers)
            {
                reader.Writer.TryWrite(item);
            }
        }
    }

    public IReadOnlyList<T> All
    {
        get
        {
            lock (gate)
            {
                return [.. kept];
            }
        }
    }

    /// <summary>Those that are kept, then each that is added, until the reader leaves.</summary>
    public async IAsyncEnumerable<T> FollowAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = Channel.CreateBounded<T>(
            new BoundedChannelOptions(Math.Max(MostWaiting, most)) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        lock (gate)
        {
            foreach (var item in kept)
            {
                reader.Writer.TryWrite(item);
            }

            readers.Add(reader);
        }

        try
        {
            await foreach (var item in reader.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            lock (gate)
            {
                readers.Remove(reader);
            }
        }
    }
}
