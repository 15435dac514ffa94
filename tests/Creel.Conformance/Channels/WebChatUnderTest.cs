using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Creel.Adapters.WebChat;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Creel.Tests;

namespace Creel.Conformance.Channels;

/// <summary>A client of the channel's own, without the network between them.</summary>
public sealed class WebChatUnderTest : ChannelUnderTest, IClientSocket
{
    private readonly Channel<string> toServer = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly Channel<JsonElement> toClient = System.Threading.Channels.Channel.CreateUnbounded<JsonElement>();
    private readonly Channel<string> read = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly ISocketChannel channel;
    private readonly Task serving;
    private int count;

    public WebChatUnderTest()
    {
        var account = new ChannelAccountModel
        {
            Channel = "webchat",
            Id = "default",
            Name = "default",
        };
        channel = (ISocketChannel)Kind.Open(account, new AccountSecrets("token"));
        serving = channel.ServeAsync(this, default);
    }

    public override IChannelKind Kind { get; } = new WebChatKind(TimeProvider.System);

    public override IChannel Channel => channel;

    public override string Somebody => "kitchen";

    public async Task<ChannelUnderTest> GreetAsync()
    {
        toServer.Writer.TryWrite("""{"type":"hello","token":"token","peer":"kitchen"}""");
        (await toClient.Reader.ReadAsync()).GetProperty("type").GetString().ShouldBe("hello");
        await Eventually.Until(async () => (await channel.ProbeAsync(default)).Name == "a socket (1 connected)");
        return this;
    }

    public override async Task WriteAsync(string text)
    {
        var word = JsonSerializer.Serialize(
            new
            {
                type = "message",
                id = (count++).ToString(CultureInfo.InvariantCulture),
                text,
            }
        );
        do
        {
            toServer.Writer.TryWrite(word);
        } while ((await toClient.Reader.ReadAsync()).GetProperty("type").GetString() != "taken");
    }

    public override async Task<string> ReadAsync() => await read.Reader.ReadAsync();

    public override async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await serving;
    }

    async ValueTask<string?> IClientSocket.ReceiveAsync(int most, CancellationToken cancel) =>
        await toServer.Reader.ReadAsync(cancel);

    ValueTask IClientSocket.SendAsync(string text, CancellationToken cancel)
    {
        using var json = JsonDocument.Parse(text);
        switch (json.RootElement.GetProperty("type").GetString())
        {
            case "message":
                read.Writer.TryWrite(json.RootElement.GetProperty("text").GetString()!);
                break;
            case "hello" or "taken" or "error":
                toClient.Writer.TryWrite(json.RootElement.Clone());
                break;
        }

        return ValueTask.CompletedTask;
    }

    ValueTask IClientSocket.CloseAsync(string reason) => ValueTask.CompletedTask;
}
