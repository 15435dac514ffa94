using Creel.Core.Audit;

namespace Creel.Server.Audits;

/// <summary>
/// Folds audit entries that somebody can cause at will: the first is written, the next ones are counted, and the count is
/// written now and then, ever more seldom while it goes on. So no cell can fill the book.
/// </summary>
internal sealed class Repeats
{
    private const int MostKinds = 8192;

    /// <summary>Above this, targets are no longer told apart, so that there is room for each actor and action.</summary>
    private const int MostWithTarget = 4096;

    private static readonly TimeSpan FirstGap = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastGap = TimeSpan.FromHours(1);

    /// <summary>Longer than the longest pause before a cell is started again: one that goes on dying stays one kind.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(string Actor, string Action, string Of), Count> counts = [];

    /// <summary>True for the first of its kind, which is to be written.</summary>
    /// <param name="of">What tells kinds of one actor and action apart; never what the one who causes them may choose.</param>
    public bool IsFirst(AuditEntry entry, string of)
    {
        lock (counts)
        {
            var kind = (entry.Actor, entry.Action, of);
            if (counts.Count >= MostWithTarget && !counts.ContainsKey(kind))
            {
                kind = (entry.Actor, entry.Action, "");
            }

            if (counts.TryGetValue(kind, out var count))
            {
                count.Next++;
                count.Last = entry;
                return false;
            }

            if (counts.Count < MostKinds)
            {
                counts[kind] = new Count(entry);
            }

            return true;
        }
    }

    /// <summary>What was counted and is due to be told. A kind that has been quiet is forgotten: its next one is a first again.</summary>
    /// <param name="all">Also what is not due.</param>
    public IReadOnlyList<AuditEntry> Take(DateTimeOffset now, bool all = false)
    {
        lock (counts)
        {
            var entries = new List<AuditEntry>();
            foreach (var (kind, count) in counts.ToArray())
            {
                if (count.Next > 0 && (all || now >= count.Due))
                {
                    entries.Add(count.Tell(now));
                }
                else if (count.Next == 0 && now - count.Last.At > Quiet)
                {
                    counts.Remove(kind);
                }
            }

            return entries;
        }
    }

    private sealed class Count(AuditEntry first)
    {
        private TimeSpan gap;

        public long Next { get; set; }

        public AuditEntry Last { get; set; } = first;

        public DateTimeOffset Due { get; private set; }

        public AuditEntry Tell(DateTimeOffset now)
        {
            gap = gap == TimeSpan.Zero ? FirstGap : TimeSpan.FromTicks(Math.Min(gap.Ticks * 2, LastGap.Ticks));
            Due = now + gap;
            var told = Last with { Detail = AuditDetail.Repeated(Next, Last.Detail) };
            Next = 0;
            return told;
        }
    }
}
