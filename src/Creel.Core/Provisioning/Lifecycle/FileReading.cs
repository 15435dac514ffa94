using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Which files have to be read before a decision: those that the gateway lists as they were are not.</summary>
public static class FileReading
{
    /// <param name="listed">Of the gateway, by name.</param>
    public static IReadOnlyList<string> Needed(
        DesiredAgent desired,
        ProvisionRecord? record,
        IReadOnlyDictionary<string, GatewayFile> listed,
        RosterShape shape,
        ProvisionOptions options
    )
    {
        var turns = FileTurn
            .Of(desired, record, name => listed.TryGetValue(name, out var there) ? new ObservedFile(there) : null, shape)
            .ToList();
        var asks = options.Asks | (record?.Owed ?? ProvisionAsks.None);
        var tokens =
            options.CheckTokens
            || asks.HasFlag(ProvisionAsks.RotateToken)
            || record is { Handover: true }
            || turns.Any(t => t.IsMarked && ((!t.IsThere && !t.IsUnlisted) || t.IsUnknown || (t.IsThere && t.There != t.Ours)));
        return
        [
            .. turns
                .Where(t =>
                    (t.IsThere && (t.IsUnknown || (tokens && t.IsMarked) || (options.Diff && t.There != t.Ours)))
                    || (t.IsUnlisted && t.Record!.Written != t.Ours && t.Name != FileRules.Bootstrap)
                )
                .Select(t => t.Name),
        ];
    }
}
