using Creel.Core.Audit;

namespace Creel.Server.Hub.Books;

/// <summary>
/// Folds audit entries that somebody can cause at will: the first is written, the next ones are counted, and the count is
/// written now and then. So no cell can fill the book.
/// </summary>
internal sealed class Repeats
{
    private const int MostKinds = 4096;

    private readonly Dictionary<(string Actor, string Action), Count> counts = [];

    /// <summary>True for the first of its kind, which is to be written.</summary>
    public bool IsFirst(AuditEntry entry)
    {
        lock (counts)
        {
            if (counts.TryGetValue((entry.Actor, entry.Action), out var count))
            {
                count.Next++;
                count.Last = entry;
                return false;
            }

            if (counts.Count < MostKinds)
            {
                counts[(entry.Actor, entry.Action)] = new Count(entry);
            }

            return true;
        }
    }

    /// <summary>What was counted since the last time. What was not repeated is forgotten: the next one is a first again.</summary>
    public IReadOnlyList<AuditEntry> Take()
    {
        lock (counts)
        {
            var entries = new List<AuditEntry>();
            foreach (var (kind, count) in counts.ToArray())
            {
                if (count.Next == 0)
                {
                    counts.Remove(kind);
                    continue;
                }

                entries.Add(count.Last with { Detail = AuditDetail.Repeated(count.Next) });
                count.Next = 0;
            }

            return entries;
        }
    }

    private sealed class Count(AuditEntry first)
    {
        public long Next { get; set; }

        public AuditEntry Last { get; set; } = first;
    }
}
