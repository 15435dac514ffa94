using Creel.Core.Channels;
using Creel.Core.Routing;
using Creel.Tests;

namespace Creel.Conformance.Channels;

/// <summary>What every channel owes.</summary>
public abstract class ChannelConformance : IAsyncLifetime
{
    private readonly KeptInbox inbox = new();
    private readonly CancellationTokenSource stop = new();
    private ChannelUnderTest at = null!;
    private Task receiving = Task.CompletedTask;

    protected abstract Task<ChannelUnderTest> OpenAsync();

    public async Task InitializeAsync()
    {
        at = await OpenAsync();
        receiving = Task.Run(() => at.Channel.ReceiveAsync(inbox, stop.Token));
        await Eventually.Until(() => at.Channel.State.Connected);
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await receiving;
        await at.DisposeAsync();
    }

    private Peer Peer => new(PeerKind.Direct, at.Somebody);

    [Fact]
    public async Task What_is_written_comes_in_in_its_order_with_who_wrote_it()
    {
        for (var i = 0; i < 20; i++)
        {
            await at.WriteAsync($"text {i} 🐚 שלום");
        }

        await Eventually.Until(() => inbox.Kept.DistinctBy(m => m.Id).Count() == 20);
        var messages = inbox.Kept.DistinctBy(m => m.Id).ToList();
        messages.Select(m => m.Text).ShouldBe(Enumerable.Range(0, 20).Select(i => $"text {i} 🐚 שלום"));
        messages.ShouldAllBe(m => m.Sender.Id == at.Somebody && m.Peer == Peer && m.Account == at.Channel.Account);
        at.Kind.SenderId(messages[0].Sender.Id, out var id).ShouldBeTrue();
        id.ShouldBe(at.Somebody);
    }

    [Fact]
    public async Task What_could_not_be_kept_comes_again()
    {
        inbox.Refusals = 2;

        await at.WriteAsync("stay");

        await Eventually.Until(() => inbox.Kept.Any(m => m.Text == "stay"));
        inbox.Kept.DistinctBy(m => m.Id).Count().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_sent_is_read_in_its_order()
    {
        for (var i = 0; i < 10; i++)
        {
            (await at.Channel.SendAsync(new OutboundMessage(Peer, $"answer {i} & <b>"), default)).ShouldNotBeNullOrEmpty();
        }

        for (var i = 0; i < 10; i++)
        {
            (await at.ReadAsync()).ShouldBe($"answer {i} & <b>");
        }
    }

    [Fact]
    public async Task As_much_as_it_says_fits_into_a_message()
    {
        var text = new string('x', at.Channel.Traits.TextLimit);

        await at.Channel.SendAsync(new OutboundMessage(Peer, text), default);

        (await at.ReadAsync()).ShouldBe(text);
    }

    [Fact]
    public async Task A_sign_of_writing_and_a_draft_break_nothing_be_the_peer_what_it_may()
    {
        foreach (var peer in (Peer[])[Peer, new Peer(PeerKind.Direct, "nobody/at all"), new Peer(PeerKind.Group, "")])
        {
            await at.Channel.TypingAsync(peer, null, default);
            await at.Channel.DraftAsync(peer, "run", "so far", default);
        }
    }

    [Fact]
    public async Task What_can_never_arrive_or_not_now_is_said_so()
    {
        var refusal = await Should.ThrowAsync<SendException>(() =>
            at.Channel.SendAsync(new OutboundMessage(new Peer(PeerKind.Direct, "nobody/at all"), "hi"), default)
        );

        refusal.Message.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task It_knows_who_it_is()
    {
        var probe = await at.Channel.ProbeAsync(default);

        (probe.Works, probe.Trouble).ShouldBe((true, null));
        probe.Name.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task It_stops_when_it_is_told_to()
    {
        await stop.CancelAsync();

        await receiving.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void A_blank_entry_of_a_list_is_nobody(string text) => at.Kind.SenderId(text, out _).ShouldBeFalse();
}
