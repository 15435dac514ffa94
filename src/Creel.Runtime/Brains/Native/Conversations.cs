using System.Collections.Concurrent;
using Creel.Runtime.Brains.Native.Tools;

namespace Creel.Runtime.Brains.Native;

/// <summary>What lasts longer than a turn: who speaks in which conversation, and programs that were left running.</summary>
internal sealed class Conversations
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> lanes = new(StringComparer.Ordinal);

    public LeftPrograms Programs { get; } = new();

    /// <summary>Waits until nobody else speaks in it: a transcript has one writer.</summary>
    /// <exception cref="OperationCanceledException">The turn is over before that.</exception>
    public async Task<IDisposable> EnterAsync(string session, CancellationToken cancel)
    {
        var lane = lanes.GetOrAdd(session, _ => new SemaphoreSlim(1, 1));
        await lane.WaitAsync(cancel).ConfigureAwait(false);
        return new Turn(lane);
    }

    private sealed class Turn(SemaphoreSlim lane) : IDisposable
    {
        public void Dispose() => lane.Release();
    }
}
