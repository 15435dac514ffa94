using Creel.Core.Channels;

namespace Creel.Server.Gateway.Channels;

/// <summary>Finds accounts for parts that are made before the book of them is.</summary>
internal sealed class AccountBookDoor
{
    public Func<ChannelAccount, LiveAccount?> Find { get; set; } = _ => null;
}
