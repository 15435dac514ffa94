using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Creel.Core;

namespace Creel.Proxy.Logs;

/// <summary>
/// The last things of a kind that happened, and who wants to know of the next. When there are too many, the oldest goes of a cell that
/// has more than its share: one that makes much noise covers up nothing of the others.
/// </summary>
/// <param name="most">How many are kept of all cells.</param>
internal sealed class Recent<T>(int most, Func<T, CellId> cellOf)
{
    /// <summary>What a reader may fall behind before it loses the oldest.</summary>
    private const int MostWaiting = 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<CellId, Queue<(long Number, T Item)>> kept = [];
    private long number;
    private int count;
    private readonly List<Channel<T>> readers = [];

    public void Add(T item)
    {
        lock (gate)
        {
            var own = Own(cellOf(item));
            own.Enqueue((number++, item));
            if (++count > most)
            {
                Forget(own);
            }

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
                return [.. kept.Values.SelectMany(own => own).OrderBy(one => one.Number).Select(one => one.Item)];
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
            foreach (var item in All)
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

    private Queue<(long Number, T Item)> Own(CellId cell)
    {
        if (!kept.TryGetValue(cell, out var own))
        {
            kept[cell] = own = new();
        }

        return own;
    }

    private void Forget(Queue<(long Number, T Item)> newest)
    {
        var from = newest.Count * kept.Count > count ? newest : kept.Values.MaxBy(own => own.Count)!;
        from.Dequeue();
        count--;
        if (from.Count == 0)
        {
            kept.Remove(kept.First(own => own.Value == from).Key);
        }
    }
}
