using Creel.Core.Outbound;

namespace Creel.Proxy.Offline;

/// <summary>What the stand-in is told of a call, beside the request itself.</summary>
/// <param name="Path">Below the upstream's base, without a query.</param>
/// <param name="Window">The most tokens that a prompt of the model can have; null: nobody knows.</param>
internal sealed record OfflineCall(
    OfflineScript Script,
    Guid Id,
    string Group,
    string? Agent,
    string Upstream,
    Dialect Dialect,
    string Method,
    string Path,
    long? Window = null
)
{
    /// <summary>Where a request carries it.</summary>
    public static readonly HttpRequestOptionsKey<OfflineCall> Key = new("offline");
}
