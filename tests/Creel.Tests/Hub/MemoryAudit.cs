using Creel.Core.Audit;

namespace Creel.Tests.Hub;

/// <summary>An audit in memory.</summary>
internal sealed class MemoryAudit : IAuditLog
{
    private readonly Lock gate = new();
    private readonly List<AuditRecord> audit = [];

    public IReadOnlyList<AuditEntry> Entries
    {
        get
        {
            lock (gate)
            {
                return [.. audit.Select(a => a.Entry)];
            }
        }
    }

    public ValueTask AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel = default)
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                var before = audit.Count == 0 ? AuditChain.Root : audit[^1].Hash;
                audit.Add(new AuditRecord(audit.Count + 1, entry, AuditChain.Link(before.Span, audit.Count + 1, entry)));
            }

            return default;
        }
    }

    public ValueTask<IReadOnlyList<AuditRecord>> ReadAsync(long after, int limit, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new([.. audit.Skip((int)after).Take(limit)]);
        }
    }

    public ValueTask<IReadOnlyList<AuditRecord>> TailAsync(int limit, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new([.. audit.TakeLast(limit)]);
        }
    }

    public ValueTask<AuditVerdict> VerifyAsync(CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(
                new AuditVerdict(audit.Count, audit.Count == 0 ? "" : Convert.ToHexStringLower(audit[^1].Hash.Span), null, null)
            );
        }
    }
}
