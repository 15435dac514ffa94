using System.Globalization;
using Creel.Adapters.Loopback;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Conformance.Channels;

public sealed class LoopbackUnderTest : ChannelUnderTest
{
    private readonly LoopbackKind kind = new();
    private readonly LoopbackChannel channel;
    private int count;

    public LoopbackUnderTest()
    {
        var account = new ChannelAccountModel
        {
            Channel = "loopback",
            Id = "default",
            Name = "default",
        };
        channel = (LoopbackChannel)kind.Open(account, new AccountSecrets(null));
        channel.Refuse = m => m.Peer.Id == Somebody ? null : new SendException("nobody of that name", null);
    }

    public override IChannelKind Kind => kind;

    public override IChannel Channel => channel;

    public override string Somebody => "ann";

    public override async Task WriteAsync(string text)
    {
        var id = (count++).ToString(CultureInfo.InvariantCulture);
        var message = new InboundMessage(
            channel.Account,
            id,
            new Peer(PeerKind.Direct, Somebody),
            new Sender(Somebody),
            text,
            DateTimeOffset.UnixEpoch
        );
        while (true)
        {
            try
            {
                await channel.PutAsync(message);
                return;
            }
            catch (CreelException)
            {
                // Once more, as a messenger would.
            }
        }
    }

    public override async Task<string> ReadAsync() => (await channel.Sent.ReadAsync()).Text;

    public override ValueTask DisposeAsync() => channel.DisposeAsync();
}
