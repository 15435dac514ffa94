using Creel.Core.Work;

namespace Creel.Tests.Hub;

/// <summary>Dead letters in memory.</summary>
internal sealed class MemoryLetters : IDeadLetters
{
    private readonly Lock gate = new();
    private readonly List<DeadLetter> letters = [];

    public ValueTask AddAsync(IReadOnlyList<DeadLetter> added, CancellationToken cancel = default)
    {
        lock (gate)
        {
            letters.AddRange(added);
            letters.RemoveRange(0, Math.Max(0, letters.Count - 1000));
            return default;
        }
    }

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new([.. letters]);
        }
    }

    public ValueTask<DeadLetter?> TakeAsync(string id, CancellationToken cancel = default)
    {
        lock (gate)
        {
            var letter = letters.Find(l => l.Id == id);
            letters.RemoveAll(l => l.Id == id);
            return new(letter);
        }
    }

    public ValueTask ClearAsync(CancellationToken cancel = default)
    {
        lock (gate)
        {
            letters.Clear();
            return default;
        }
    }
}
