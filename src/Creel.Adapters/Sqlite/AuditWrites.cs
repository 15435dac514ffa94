using Creel.Core.Audit;

namespace Creel.Adapters.Sqlite;

/// <summary>Adds links to the audit chain, on the writer's thread: the newest link is kept in memory.</summary>
internal sealed class AuditWrites(Connection connection)
{
    private readonly Statement insert = connection.Keep(
        "INSERT INTO audit(seq, at, actor, action, target, outcome, detail, hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
    );

    private long sequence;
    private byte[] hash = [];

    public void Reload()
    {
        // The hash comes from the kept head, not from the last row: after tampering the chain must not heal by itself. The
        // number may have been taken by a forged row; then it is left to it, and verifying tells.
        var row = connection["SELECT hash, max(seq, coalesce((SELECT max(seq) FROM audit), 0)) FROM audit_head"];
        if (row.Next())
        {
            (hash, sequence) = (row.Blob(0), row.Number(1));
        }

        row.Close();
    }

    public bool Append(IReadOnlyList<AuditEntry> entries)
    {
        foreach (var entry in entries)
        {
            var link = AuditChain.Link(hash, sequence + 1, entry);
            insert.Begin().Bind(sequence + 1).Bind(entry.At).Bind(entry.Actor).Bind(entry.Action).Bind(entry.Target);
            insert.Bind(entry.Outcome).Bind(entry.Detail).Bind(link).Run();
            (sequence, hash) = (sequence + 1, link);
        }

        // Replaced, so that a head that somebody deleted comes back.
        connection["INSERT OR REPLACE INTO audit_head VALUES(1, ?, ?)"].Bind(sequence).Bind(hash).Run();
        return true;
    }
}
