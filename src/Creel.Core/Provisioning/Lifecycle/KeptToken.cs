namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is kept of a token.</summary>
/// <param name="Gateway">Where its agent lives, ours the empty name; null: it is of a time when that was not kept, and is bound by its first use.</param>
/// <param name="Succeeds">There are others that end when it is used.</param>
/// <param name="Succeeded">Another one takes its place.</param>
public sealed record KeptToken(
    ReadOnlyMemory<byte> Hash,
    AgentId Agent,
    string? Gateway,
    DateTimeOffset ExpiresAt,
    bool Succeeds = false,
    bool Succeeded = false
)
{
    public bool IsOf(string gateway) => Gateway is null || Gateway == gateway;
}
