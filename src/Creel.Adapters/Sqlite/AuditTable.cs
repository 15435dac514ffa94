using Creel.Core.Audit;

namespace Creel.Adapters.Sqlite;

/// <summary>The audit of one database.</summary>
internal sealed class AuditTable(Writer writer, ReadPool readers) : IAuditLog
{
    private const string Columns = "seq, at, actor, action, target, outcome, detail, hash";
    private const int Page = 1000;

    public async ValueTask AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel = default)
    {
        if (entries.Count > 0)
        {
            await writer.DoAsync(s => s.Audit.Append(entries), cancel).ConfigureAwait(false);
        }
    }

    public ValueTask<IReadOnlyList<AuditRecord>> ReadAsync(long after, int limit, CancellationToken cancel = default) =>
        readers.DoAsync(
            c => Records(c[$"SELECT {Columns} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?"].Bind(after).Bind(limit)),
            cancel
        );

    public ValueTask<IReadOnlyList<AuditRecord>> TailAsync(int limit, CancellationToken cancel = default) =>
        readers.DoAsync(
            c => Records(c[$"SELECT * FROM (SELECT {Columns} FROM audit ORDER BY seq DESC LIMIT ?) ORDER BY seq"].Bind(limit)),
            cancel
        );

    /// <remarks>
    /// Page by page, so that it holds up nobody. Since the book only grows, what is behind stays as it was; the kept head is
    /// compared at the end, in the moment in which the last page was empty.
    /// </remarks>
    public async ValueTask<AuditVerdict> VerifyAsync(CancellationToken cancel = default)
    {
        var walk = new AuditWalk();
        while (true)
        {
            var (records, head) = await readers.DoAsync(c => PageAndHead(c, walk.Sequence), cancel).ConfigureAwait(false);
            foreach (var record in records)
            {
                if (!walk.Step(record))
                {
                    return walk.Verdict;
                }
            }

            if (records.Count == 0)
            {
                return walk.End(head.Sequence, head.Hash);
            }
        }
    }

    private static (IReadOnlyList<AuditRecord> Records, (long Sequence, byte[]? Hash) Head) PageAndHead(
        Connection connection,
        long after
    )
    {
        // One transaction, so that the empty last page and the head are of the same moment.
        connection["BEGIN"].Run();
        try
        {
            // At the start also rows below 1, which somebody may have put there.
            var from = after == 0 ? long.MinValue : after + 1;
            var rows = connection[$"SELECT {Columns} FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?"];
            var records = Records(rows.Bind(from).Bind(Page));
            var row = connection["SELECT seq, hash FROM audit_head"];
            (long, byte[]?) head = row.Next() ? (row.Number(0), row.Blob(1)) : (0, null);
            row.Close();
            return (records, head);
        }
        finally
        {
            connection.Rollback();
        }
    }

    private static IReadOnlyList<AuditRecord> Records(Statement rows)
    {
        var records = new List<AuditRecord>();
        while (rows.Next())
        {
            var entry = new AuditEntry(rows.Time(1), rows.Text(2), rows.Text(3), rows.Text(4), rows.Text(5), rows.TextOrNull(6));
            records.Add(new AuditRecord(rows.Number(0), entry, rows.Blob(7)));
        }

        return records;
    }
}
