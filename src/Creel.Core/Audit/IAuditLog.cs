namespace Creel.Core.Audit;

/// <summary>The append-only, hash-chained book of who did what to whom.</summary>
public interface IAuditLog
{
    /// <summary>Adds entries in order; on disk when this returns.</summary>
    ValueTask AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel = default);

    /// <summary>Entries after a sequence number (0: from the start), oldest first.</summary>
    ValueTask<IReadOnlyList<AuditRecord>> ReadAsync(long after, int limit, CancellationToken cancel = default);

    /// <summary>The newest entries, oldest of them first.</summary>
    ValueTask<IReadOnlyList<AuditRecord>> TailAsync(int limit, CancellationToken cancel = default);

    /// <summary>Walks the whole chain and tells the first link that does not hold.</summary>
    ValueTask<AuditVerdict> VerifyAsync(CancellationToken cancel = default);
}

/// <summary>An entry in its place.</summary>
public sealed record AuditRecord(long Sequence, AuditEntry Entry, ReadOnlyMemory<byte> Hash);

/// <summary>What verifying found.</summary>
/// <param name="Count">How many links were walked.</param>
/// <param name="Head">The newest hash, in hexadecimal: kept elsewhere, it also shows a cut at the end.</param>
/// <param name="BrokenAt">The first sequence number that does not fit; null when all do.</param>
public sealed record AuditVerdict(long Count, string Head, long? BrokenAt, string? Problem);
