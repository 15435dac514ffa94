using Creel.Proxy.Doors;

namespace Creel.Proxy.Routes;

/// <summary>
/// Where bodies are read that take a while: not on the thread that serves all sockets, one at a time for a cell, and few in
/// all, so that one cell's bodies hold up its own calls alone.
/// </summary>
internal sealed class LargeBodies
{
    /// <summary>Bytes. What is not longer is read at once.</summary>
    public const int Above = 256 * 1024;

    /// <summary>At once, of all cells.</summary>
    public const int Most = 2;

    private readonly SemaphoreSlim all = new(Most);

    /// <param name="length">The body's, in bytes.</param>
    /// <exception cref="OperationCanceledException">The client left while it waited for its turn.</exception>
    public async ValueTask<T> ReadAsync<T>(Cell cell, int length, Func<ValueTask<T>> read, CancellationToken cancel)
    {
        if (length <= Above)
        {
            return await read().ConfigureAwait(false);
        }

        await cell.Reading.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await all.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                return await Task.Run(async () => await read().ConfigureAwait(false), CancellationToken.None)
                    .ConfigureAwait(false);
            }
            finally
            {
                all.Release();
            }
        }
        finally
        {
            cell.Reading.Release();
        }
    }
}
