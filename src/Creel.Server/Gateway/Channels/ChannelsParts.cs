using Creel.Core.Channels;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>What every part of the channels works with.</summary>
internal sealed record ChannelsParts(ChannelsConfig Config, ChannelPorts Ports, TimeProvider Time, ILogger Log)
{
    public IMessageStore Messages => Ports.Messages;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <returns>Null: there is no adapter for it.</returns>
    public IChannelKind? Kind(string channel) => Ports.Kinds.FirstOrDefault(k => k.Channel == channel);

    /// <summary>Cancelled when the channels end.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>Twice the last, up to the longest.</summary>
    public TimeSpan Longer(TimeSpan? pause) =>
        pause is not { } last ? Config.FirstPause
        : last * 2 < Config.LongestPause ? last * 2
        : Config.LongestPause;
}
