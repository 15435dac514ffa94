namespace Creel.Core.Channels;

/// <summary>Sends what answers no message: a heartbeat's news, an operator's word.</summary>
public interface IOutbound
{
    /// <summary>When this returns, it is on disk and will leave by this account and no other, behind what waits for the same peer.</summary>
    /// <returns>In how many messages.</returns>
    /// <exception cref="CreelException">There is no such account, or the store can't write.</exception>
    ValueTask<int> SendAsync(ChannelAccount account, OutboundMessage message, CancellationToken cancel = default);
}
