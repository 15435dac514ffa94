namespace Creel.Runtime.Journals;

/// <summary>What the journal's lines add up to, in memory.</summary>
internal sealed class JournalTable
{
    private const int Remembered = 10_000;
    private readonly RecentIds forgotten = new(Remembered);
    private readonly Dictionary<string, JournalEntry> entries = [];

    /// <summary>Started, and not ended.</summary>
    public IReadOnlyList<string> Running => Ids(e => e.Body is null);

    /// <summary>Ended, and not acknowledged.</summary>
    public IReadOnlyList<string> Finished => Ids(e => e.Body is not null);

    /// <summary>Ended, with a response in a file of its own.</summary>
    public IReadOnlyList<string> InFiles => Ids(e => e.Body is { IsEmpty: true });

    /// <summary>The shortest journal that adds up to the same.</summary>
    public IEnumerable<JournalLine> Lines =>
        forgotten
            .All.Select(id => new JournalLine(JournalEvent.Forget, id))
            .Concat(
                entries.Select(e =>
                    e.Value.Body is { } body
                        ? new JournalLine(JournalEvent.End, e.Key, e.Value.Interrupted, body)
                        : new JournalLine(JournalEvent.Start, e.Key)
                )
            );

    /// <summary>Null: nothing is known, or it is forgotten.</summary>
    public JournalEntry? Find(string id) => entries.GetValueOrDefault(id);

    public JournalKnowledge Knows(string id) =>
        Find(id) is { } entry
            ? entry.Body is null
                ? JournalKnowledge.Running
                : JournalKnowledge.Finished
            : forgotten.Contains(id)
                ? JournalKnowledge.Forgotten
                : JournalKnowledge.Nothing;

    public void Add(JournalLine line)
    {
        switch (line.Event)
        {
            case JournalEvent.Start:
                entries[line.Id] = new JournalEntry(null, false);
                break;
            case JournalEvent.End:
                entries[line.Id] = new JournalEntry(line.Body, line.Interrupted);
                break;
            case JournalEvent.Forget:
                entries.Remove(line.Id);

                // What was only interrupted may start again.
                if (!line.Interrupted)
                {
                    forgotten.Add(line.Id);
                }

                break;
        }
    }

    private IReadOnlyList<string> Ids(Func<JournalEntry, bool> filter) =>
        [.. entries.Where(e => filter(e.Value)).Select(e => e.Key)];
}

/// <param name="Body">Null: running. Empty: in a file of its own.</param>
internal sealed record JournalEntry(ReadOnlyMemory<byte>? Body, bool Interrupted);
