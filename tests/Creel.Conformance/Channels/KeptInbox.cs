using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Channels;

namespace Creel.Conformance.Channels;

/// <summary>An inbox that keeps all, after it has refused as often as it was told to.</summary>
public sealed class KeptInbox : IInbox
{
    private readonly ConcurrentDictionary<string, string> marks = new();
    private int refusals;

    public ConcurrentQueue<InboundMessage> Kept { get; } = new();

    public int Refusals
    {
        get => refusals;
        set => refusals = value;
    }

    public ValueTask TakeAsync(IReadOnlyList<InboundMessage> messages, ReadMark? mark, CancellationToken cancel)
    {
        if (Interlocked.Decrement(ref refusals) >= 0)
        {
            throw new CreelException(Fault.Unavailable("store", "the disk is full"));
        }

        foreach (var message in messages)
        {
            Kept.Enqueue(message);
        }

        if (mark is not null)
        {
            marks[mark.Name] = mark.Value;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<string?> MarkAsync(string name, CancellationToken cancel) => new(marks.GetValueOrDefault(name));
}
