using Creel.Core.Gateway;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary>What a client calls its turn.</summary>
internal static class RunKeys
{
    public static string Of(GatewayCall call)
    {
        var key = call.Required("idempotencyKey");
        return RunIds.IsOwn(key)
            ? throw GatewayException.Invalid(
                "invalid params: at /idempotencyKey: this gateway's own turns begin so: send another, a UUID, say"
            )
            : key;
    }
}
