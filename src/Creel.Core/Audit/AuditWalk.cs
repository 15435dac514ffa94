namespace Creel.Core.Audit;

/// <summary>Walks a chain link by link, oldest first, and says where it stops holding.</summary>
public sealed class AuditWalk
{
    private byte[] hash = AuditChain.Root.ToArray();
    private long count;
    private long? brokenAt;
    private string? problem;

    /// <summary>The newest sequence number that held; 0 at the start.</summary>
    public long Sequence { get; private set; }

    /// <summary>What is known so far.</summary>
    public AuditVerdict Verdict => new(count, Convert.ToHexStringLower(hash), brokenAt, problem);

    /// <summary>Takes the next link; false where it does not hold, and the walk is over.</summary>
    public bool Step(AuditRecord record)
    {
        var expected = Sequence + 1;
        if (record.Sequence < expected)
        {
            return Break(record.Sequence, $"entry {record.Sequence} does not belong here: the chain is at {expected}");
        }

        if (record.Sequence > expected)
        {
            return Break(expected, $"entry {expected} is missing");
        }

        if (!AuditChain.Link(hash, expected, record.Entry).AsSpan().SequenceEqual(record.Hash.Span))
        {
            return Break(expected, $"entry {expected} was changed, or stands in another's place");
        }

        (Sequence, hash) = (expected, record.Hash.ToArray());
        count++;
        return true;
    }

    /// <summary>Compares the end with the head that was kept apart.</summary>
    /// <param name="keptHash">Null where no head is kept any more.</param>
    public AuditVerdict End(long keptSequence, byte[]? keptHash)
    {
        if (keptHash is null)
        {
            Break(Sequence + 1, "the record of the newest entry is missing, so entries may have been cut off");
        }
        else if (keptSequence > Sequence)
        {
            Break(Sequence + 1, $"entry {Sequence + 1} is missing: the newest was {keptSequence}");
        }
        else if (keptSequence < Sequence)
        {
            Break(keptSequence + 1, $"entry {keptSequence + 1} was not added by creel: the newest was {keptSequence}");
        }
        else if (!keptHash.AsSpan().SequenceEqual(hash))
        {
            Break(Math.Max(Sequence, 1), "the newest entry is not the one that was recorded as such");
        }

        return Verdict;
    }

    private bool Break(long at, string why)
    {
        (brokenAt, problem) = (at, why);
        return false;
    }
}
