using Creel.Core.Gateway;

namespace Creel.Tests.Gateway.Protocol.World;

/// <summary>A gateway whose habitat has no channels.</summary>
internal sealed class NoChannels : IChannelStates
{
    public ValueTask<IReadOnlyList<ChannelSummary>> ListAsync(bool probe, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<ChannelSummary>>([]);
}
