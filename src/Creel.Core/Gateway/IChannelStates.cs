namespace Creel.Core.Gateway;

/// <summary>How the channels are, for whoever asks.</summary>
public interface IChannelStates
{
    /// <param name="probe">Ask the messengers as well.</param>
    ValueTask<IReadOnlyList<ChannelSummary>> ListAsync(bool probe, CancellationToken cancel);
}
