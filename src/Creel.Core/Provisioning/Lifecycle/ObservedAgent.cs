using System.Text.Json;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What was seen of an agent at its gateway.</summary>
/// <param name="Entry">Of the gateway's configuration; undefined: it is not there.</param>
/// <param name="Files">By name; those that the gateway does not name are not in it.</param>
public sealed record ObservedAgent(string Id, JsonElement Entry, IReadOnlyDictionary<string, ObservedFile> Files)
{
    public bool IsThere => Entry.ValueKind == JsonValueKind.Object;

    public string? Name => Payloads.Text(Entry, "name");

    public string? Workspace => Payloads.Text(Entry, "workspace");

    /// <summary>What stands there is its gateway's, not its own: it is not there yet, or, here, has not followed its first instructions.</summary>
    /// <param name="own">It is in a cell of ours, whose workspace may be there before it is provisioned.</param>
    public bool IsNew(bool own) =>
        !IsThere
        || (
            own
            && (
                Files.Values.All(f => f.Listed.Missing)
                || Files.GetValueOrDefault(FileRules.Bootstrap) is { Listed.Missing: false }
            )
        );
}

/// <param name="Text">With the mark in the place of tokens; null: it was not read.</param>
/// <param name="Holds">Whether the token in it holds; null: there is none, or nobody looked.</param>
public sealed record ObservedFile(GatewayFile Listed, string? Text = null, bool? Holds = null)
{
    public GatewayFileStamp Stamp => new(Listed.Size, Listed.UpdatedAtMs);
}
