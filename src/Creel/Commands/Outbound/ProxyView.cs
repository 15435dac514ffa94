using System.Text.Json;
using Creel.Core.Outbound;

namespace Creel.Commands.Outbound;

/// <summary>How the proxy is, as the server sees it.</summary>
/// <param name="Control">Its control socket.</param>
/// <param name="Trouble">Why it does not answer.</param>
/// <param name="Status">In the proxy's own words; null where it does not.</param>
internal sealed record ProxyView(bool Up, string Control, string? Trouble, JsonElement? Status)
{
    /// <summary>Null: it does not answer.</summary>
    public ProxyStatus? Read() => Status?.Deserialize(OutboundJson.Default.ProxyStatus);
}
