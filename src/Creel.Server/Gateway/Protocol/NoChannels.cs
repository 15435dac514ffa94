using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>A gateway whose habitat has no channels.</summary>
internal sealed class NoChannels : IChannelStates
{
    public ValueTask<IReadOnlyList<ChannelState>> ListAsync(bool probe, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<ChannelState>>([]);
}
