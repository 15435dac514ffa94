using System.Text.Json;

namespace Creel.Commands.Gateway;

/// <summary>One call of a gateway.</summary>
/// <param name="Params">A JSON object.</param>
internal sealed record GatewayOrder(Uri Url, string Token, string Method, JsonElement Params)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Method} at {Url}";
}
