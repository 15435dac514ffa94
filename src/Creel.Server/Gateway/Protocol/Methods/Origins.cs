using Creel.Core.Gateway;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary>A client of the gateway as the sender of a message: its answer goes back to it, and to nobody else.</summary>
internal static class Origins
{
    public static TurnOrigin Of(GatewayCall call) =>
        new(
            "webchat",
            "default",
            null,
            call.Client.DeviceId ?? call.Client.Program.Id,
            call.Client.Program.DisplayName,
            Owner: GatewayScopes.Holds(call.Client.Scopes, GatewayScopes.Admin)
        );
}
