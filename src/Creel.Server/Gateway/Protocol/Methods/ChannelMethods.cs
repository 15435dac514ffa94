using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary><c>channels.status</c>.</summary>
internal sealed class ChannelMethods(ChannelsView view)
{
    public IEnumerable<GatewayMethod> All =>
        [
            new(
                "channels.status",
                new ParamShape(ParamRule.Bool("probe").Optional(), ParamRule.Integer("timeoutMs", from: 0).Optional()),
                async call => await view.StatusAsync(call.Protocol, call.Flag("probe"), call.Cancel)
            )
            {
                Lenient = true,
            },
        ];
}
