namespace Creel.Conformance.Channels;

// One subclass an adapter.
public sealed class LoopbackConformance : ChannelConformance
{
    protected override Task<ChannelUnderTest> OpenAsync() => Task.FromResult<ChannelUnderTest>(new LoopbackUnderTest());
}

public sealed class TelegramPollConformance : ChannelConformance
{
    protected override Task<ChannelUnderTest> OpenAsync() => TelegramUnderTest.OpenAsync(called: false);
}

public sealed class TelegramWebhookConformance : ChannelConformance
{
    protected override Task<ChannelUnderTest> OpenAsync() => TelegramUnderTest.OpenAsync(called: true);
}

public sealed class WebChatConformance : ChannelConformance
{
    protected override Task<ChannelUnderTest> OpenAsync() => new WebChatUnderTest().GreetAsync();
}
