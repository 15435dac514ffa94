using Creel.Core.Channels;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Conformance.Stores;

/// <summary>What every store of messages owes.</summary>
public abstract class MessageStoreConformance : IAsyncLifetime
{
    private static readonly ChannelAccount Bot = new("telegram", "bot");
    private StoreUnderTest store = null!;

    protected abstract Task<StoreUnderTest> OpenAsync();

    public async Task InitializeAsync() => store = await OpenAsync();

    public async Task DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task A_message_is_kept_once_and_comes_back_whole_in_its_order()
    {
        var (a, b) = (Turn("1"), Turn("2") with { Command = ControlCommand.New, Text = "odd\0 🐚", AfterOther = true });

        (await store.Messages.KeepAsync([a, b, a], null)).ShouldBe([a, b]);
        (await store.Messages.KeepAsync([b, Turn("3")], null)).Select(t => t.MessageId).ShouldBe(["3"]);
        await store.ReopenAsync();
        (await store.Messages.KeepAsync([a], null)).ShouldBeEmpty();

        (await store.Messages.OpenAsync()).ShouldBe([a, b, Turn("3")]);
    }

    [Fact]
    public async Task A_message_for_several_agents_is_known_as_one()
    {
        var both = new[] { Turn("1", "bart"), Turn("1", "lisa") };

        (await store.Messages.KeepAsync(both, null)).Count.ShouldBe(2);

        // By other rules it would have gone to another one; it has gone already.
        (await store.Messages.KeepAsync([Turn("1", "homer")], null)).ShouldBeEmpty();
        (
            await store.Messages.KeepAsync(
                [Turn("1") with { Account = new ChannelAccount("telegram", "other"), RunId = "x" }],
                null
            )
        ).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_is_kept_with_the_end_of_its_message_or_not_at_all()
    {
        await store.Messages.KeepAsync([Turn("1"), Turn("2")], null);
        var piece = new OutboundPiece(0, Bot, Message("hello"));

        var kept = await store.Messages.DoneAsync(Turn("1").RunId, [piece, piece]);
        (await store.Messages.DoneAsync(Turn("1").RunId, [piece])).ShouldBeEmpty();
        (await store.Messages.DoneAsync("nobody's", [piece])).ShouldBeEmpty();
        (await store.Messages.DoneAsync(Turn("2").RunId, [])).ShouldBeEmpty();
        await store.ReopenAsync();

        (await store.Messages.OpenAsync()).ShouldBeEmpty();
        (await store.Messages.WaitingAsync()).ShouldBe(kept);
        kept.Select(p => p.Sequence).ShouldBeUnique();
        kept.Select(p => p.Message).ShouldBe([Message("hello"), Message("hello")]);
    }

    [Fact]
    public async Task What_has_left_is_gone_and_its_number_is_nobody_elses()
    {
        var (one, two) = (new OutboundPiece(0, Bot, Message("1")), new OutboundPiece(0, Bot, Message("2")));
        var first = (await store.Messages.PostAsync([one])).Single();
        await store.Messages.GoneAsync(first.Sequence);
        var second = (await store.Messages.PostAsync([two])).Single();
        await store.Messages.GoneAsync(first.Sequence);

        (await store.Messages.WaitingAsync()).ShouldBe([second]);
        second.Sequence.ShouldBeGreaterThan(first.Sequence);
    }

    [Fact]
    public async Task How_far_was_read_is_kept_with_what_was_read()
    {
        (await store.Messages.MarkAsync("telegram/1")).ShouldBeNull();
        await store.Messages.KeepAsync([Turn("1")], new ReadMark("telegram/1", "10"));
        await store.Messages.KeepAsync([], new ReadMark("telegram/1", "11"));
        await store.Messages.KeepAsync([], new ReadMark("telegram/2", "5"));
        await store.ReopenAsync();

        (await store.Messages.MarkAsync("telegram/1")).ShouldBe("11");
        (await store.Messages.MarkAsync("telegram/2")).ShouldBe("5");
    }

    private static InboundTurn Turn(string message, string agent = "bart") =>
        new(
            InboundTurn.Name(Bot, message, agent),
            Bot,
            message,
            agent,
            $"agent:{agent}:main",
            "hi",
            new TurnOrigin("telegram", "bot", Peer.Of("group", "-100:topic:4"), "7", "Ann", true)
            {
                ThreadId = "5",
                MessageId = message,
            }
        );

    private static OutboundMessage Message(string text) =>
        new(Peer.Of("channel", "C1"), text)
        {
            ThreadId = "t",
            ReplyTo = "m",
            RunId = "r",
        };
}
