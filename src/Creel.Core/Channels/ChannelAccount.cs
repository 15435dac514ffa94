using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>One login on a messenger.</summary>
/// <param name="Channel">The messenger's name, in lower case.</param>
/// <param name="Account">Comparable: see <see cref="RoutingText.Account"/>.</param>
public sealed record ChannelAccount(string Channel, string Account)
{
    public static ChannelAccount Of(string? channel, string? account) =>
        new(RoutingText.Channel(channel), RoutingText.Account(account));

    public override string ToString() => $"{Channel}:{Account}";
}
