using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is kept of an agent's files after a look, and after writing.</summary>
public static class Remembering
{
    /// <summary>What was read: it is not read again while the gateway lists it so. One with a token that does not hold is.</summary>
    public static ProvisionRecord Seen(ProvisionRecord record, DesiredAgent desired, ObservedAgent there)
    {
        // What is no more to be written is no more refused.
        var files = record.Files.RemoveRange(
            record
                .Files.Where(f => f.Value.Written is null && desired.Files?.All(d => d.Key != f.Key) != false)
                .Select(f => f.Key)
        );
        foreach (var (name, text) in desired.Files ?? [])
        {
            if (there.Files.GetValueOrDefault(name) is { Listed.Missing: false, Text: { } read, Holds: not false } seen)
            {
                var known = files.GetValueOrDefault(name) ?? new FileRecord();
                var digest = TextDigest.Of(read);
                known = known with { There = digest, Size = seen.Listed.Size, UpdatedAtMs = seen.Listed.UpdatedAtMs };
                files = files.SetItem(name, digest == TextDigest.Of(text) ? Ours(known, name, text) : known);
            }
        }

        return record with
        {
            Files = files,
        };
    }

    /// <summary>It is there no more, whoever took it away: it is made again as one that never was.</summary>
    public static ProvisionRecord Gone(ProvisionRecord record) =>
        record with
        {
            First = true,
            Session = null,
            Label = null,
            Files = record.Files.Clear(),
        };

    /// <summary>What was written, with the mark where the token is.</summary>
    /// <param name="text">As it stands there now.</param>
    /// <param name="ours">As we have it; another where only the token in the agent's own words was replaced.</param>
    public static ProvisionRecord Written(ProvisionRecord record, string name, string text, string ours)
    {
        var known = record.Files.GetValueOrDefault(name) ?? new FileRecord();
        known = known with { There = TextDigest.Of(text), Size = null, UpdatedAtMs = null, Refused = null };
        return record with { Files = record.Files.SetItem(name, text == ours ? Ours(known, name, text) : known) };
    }

    /// <summary>What the agent was told: what stands in its workspace is not asked.</summary>
    public static ProvisionRecord Told(ProvisionRecord record, string name, string text) =>
        record with
        {
            Files = record.Files.SetItem(name, Ours(record.Files.GetValueOrDefault(name) ?? new FileRecord(), name, text)),
        };

    /// <summary>How the gateway lists what was just written. One of another size is looked at again the next time.</summary>
    public static ProvisionRecord Listed(ProvisionRecord record, string name, GatewayFile listed, long bytes) =>
        record.Files.TryGetValue(name, out var known) && listed.Size == bytes && !listed.Missing
            ? record with
            {
                Files = record.Files.SetItem(name, known with { Size = listed.Size, UpdatedAtMs = listed.UpdatedAtMs }),
            }
            : record;

    /// <summary>The gateway does not take it: it is not tried again while it is the same text.</summary>
    public static ProvisionRecord Refused(ProvisionRecord record, string name, string ours) =>
        record with
        {
            Files = record.Files.SetItem(
                name,
                (record.Files.GetValueOrDefault(name) ?? new FileRecord()) with
                {
                    Refused = TextDigest.Of(ours),
                }
            ),
        };

    /// <summary>It is its gateway's own from now on.</summary>
    /// <returns>Null: it was there before us, and nothing is kept.</returns>
    public static ProvisionRecord? Own(ProvisionRecord record, AgentId agent) =>
        !record.Made
            ? null
            : new ProvisionRecord
            {
                Gateway = record.Gateway,
                Id = record.Id,
                Agent = agent,
                Session = record.Session,
                Label = record.Label,
                Made = true,
                First = false,
                Standing = Standing.Provisioned,
                At = record.At,
                Files = record.Files.Clear(),
            };

    private static FileRecord Ours(FileRecord known, string name, string text) =>
        known with
        {
            Written = TextDigest.Of(text),
            Base = FileRules.Kept.Contains(name) ? text : null,
        };
}
