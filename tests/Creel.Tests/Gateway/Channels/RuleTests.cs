using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Tests.Gateway.Channels;

/// <summary>What a habitat says about messages, at work.</summary>
public class RuleTests
{
    private static string Habitat(
        string more = "",
        string channel = "dmPolicy: 'open', allowFrom: ['*', 'abe'], groupPolicy: 'open'"
    ) =>
        $$"""
            { name: "h", agents: { list: [
                { id: "bart", default: true, workspace: "/srv/bart", groupChat: { mentionPatterns: ["\\bbarto\\b", "("] } },
                { id: "lisa", workspace: "/srv/lisa", identity: { name: "Lisa Simpson", emoji: "🎷" } },
              ] },
              bindings: [{ agentId: "lisa", match: { channel: "loopback", peer: { kind: "group", id: "jazz" } } }],
              channels: { loopback: { {{channel}} } },
              {{more}}
            }
            """;

    [Fact]
    public async Task An_entry_that_can_be_nobody_is_told_also_where_it_comes_while_the_account_runs()
    {
        static string With(string entries) =>
            "{ name: 'h', agents: { list: [{ id: 'bart', workspace: '/srv/bart' }] }, channels: { telegram: { apiRoot: 'http://127.0.0.1:9',"
            + $" botToken: '111:AAAAAAAAAAAAAAAAAAAA', dmPolicy: 'allowlist', allowFrom: [{entries}] }} }} }}";
        await using var bench = await GatewayBench.StartAsync(With("'7', 'Ann'"));
        bench.Log.Text.ShouldContain("Ann in a list can be no sender there");

        bench.Habitat = Habitats.Habitat.Model(With("'7', 'Ann', 'Lisa'"));
        await bench.Host.RefreshAsync();

        bench.Log.Text.ShouldContain("Lisa in a list can be no sender there");
        bench.Log.Text.Split("Ann in a list").Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_group_is_answered_when_it_calls_its_agent()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat());

        await bench
            .Channel()
            .PutAsync(
                GatewayBench.Group("1", "yard", "ann", "bart come"),
                GatewayBench.Group("2", "yard", "ann", "Barto come"),
                GatewayBench.Group("3", "jazz", "ann", "barto come"),
                GatewayBench.Group("4", "jazz", "ann", "lisa  simpson, play"),
                GatewayBench.Group("5", "jazz", "ann", "🎷"),
                GatewayBench.Group("6", "yard", "ann", "no name") with
                {
                    Mentions = new Mentions(ReplyToUs: true),
                }
            );

        await Eventually.Until(() => bench.Turns.Started.Count == 4);
        bench.Turns.Started.Select(t => t.Origin!.MessageId).Order().ShouldBe(["2", "4", "5", "6"]);
        bench.Turns.Started.First(t => t.Origin!.MessageId == "2").Message.ShouldEndWith("Ann: Barto come");
        bench.Log.Text.ShouldContain("mention pattern '('");
        bench.Host.Dropped.Last.ShouldAllBe(d => d.Reason == "not_mentioned");
    }

    [Fact]
    public async Task Who_is_in_no_list_commands_nobody_and_no_model_hears_it()
    {
        await using var bench = await GatewayBench.StartAsync(
            Habitat(channel: "dmPolicy: 'open', allowFrom: ['*'], groupPolicy: 'open', groupAllowFrom: ['abe']")
        );

        await bench
            .Channel()
            .PutAsync(
                GatewayBench.Group("1", "yard", "ann", "/stop"),
                GatewayBench.Group("2", "yard", "ann", "/stop") with
                {
                    Mentions = new Mentions(Us: true),
                },
                GatewayBench.Group("3", "yard", "abe", "/whoami")
            );

        (await bench.NextAsync()).Text.ShouldBe("You are abe on loopback.");
        bench.Turns.Submitted.ShouldBe(0);
        bench.Turns.Aborted.ShouldBeEmpty();
        bench.Host.Dropped.Last.Select(d => d.Reason).Order().ShouldBe(["command_not_allowed", "not_mentioned"]);
    }

    [Fact]
    public async Task Without_text_commands_a_text_is_a_text()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat("commands: { text: false }"));

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "/status"));

        (await bench.NextAsync()).Text.ShouldBe("bart heard: /status");
    }

    [Fact]
    public async Task An_agent_speaks_unasked_only_where_it_is_heard()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat());
        var loopback = ChannelAccount.Of("loopback", null);
        var jazz = new OutboundMessage(new Peer(PeerKind.Group, "jazz"), "psst");
        var refused = await Should.ThrowAsync<CreelException>(async () =>
            await bench.Host.SayAsync(AgentId.Parse("bart"), loopback, jazz)
        );
        refused.Fault.Code.ShouldBe("not-its-account");
        await bench.Host.SayAsync(AgentId.Parse("lisa"), loopback, jazz);
        await bench.Host.SayAsync(AgentId.Parse("bart"), loopback, jazz with { Peer = new Peer(PeerKind.Direct, "abe") });
    }

    [Fact]
    public async Task A_room_of_several_agents_reaches_each_in_a_conversation_of_its_own()
    {
        await using var bench = await GatewayBench.StartAsync(
            Habitat("broadcast: { strategy: 'sequential', jazz: ['bart', 'lisa'] },")
        );
        var held = new TaskCompletionSource();
        bench.Turns.Answer = async request =>
        {
            if (request.Agent.Value == "bart")
            {
                await held.Task;
            }

            return InMemoryTurns.Ok(request, $"{request.Agent}");
        };

        await bench.Channel().PutAsync(GatewayBench.Group("1", "jazz", "ann", "lisa simpson and all"));
        await bench.Channel().PutAsync(GatewayBench.Group("1", "jazz", "ann", "lisa simpson and all"));
        await Eventually.Until(() => bench.Turns.Submitted == 1);
        bench.Turns.Started.ShouldHaveSingleItem().SessionKey.ShouldBe("agent:bart:loopback:group:jazz");
        held.SetResult();

        (await bench.NextAsync()).Text.ShouldBe("bart");
        (await bench.NextAsync()).Text.ShouldBe("lisa");
        bench.Turns.Started.Last().SessionKey.ShouldBe("agent:lisa:loopback:group:jazz");
    }

    [Theory]
    [InlineData("", "abe", true)]
    [InlineData("", "ann", false)]
    [InlineData("commands: { ownerAllowFrom: ['ann'] },", "abe", false)]
    [InlineData("commands: { ownerAllowFrom: ['ann'] },", "ann", true)]
    [InlineData("commands: { ownerAllowFrom: ['*'] },", "ann", false)]
    public async Task Who_owns(string more, string sender, bool owner)
    {
        await using var bench = await GatewayBench.StartAsync(Habitat(more));

        await bench.Channel().PutAsync(GatewayBench.Direct("1", sender, "hi"));
        await bench.NextAsync();

        bench.Turns.Started.ShouldHaveSingleItem().Origin!.Owner.ShouldBe(owner);
    }

    [Fact]
    public async Task A_conversation_that_may_not_answer_does_not()
    {
        await using var bench = await GatewayBench.StartAsync(
            Habitat(
                "session: { sendPolicy: { rules: [{ action: 'deny', match: { channel: 'loopback', chatType: 'group' } }] } },"
            )
        );

        await bench.Channel().PutAsync(GatewayBench.Group("1", "yard", "ann", "barto"), GatewayBench.Direct("2", "ann", "hi"));

        (await bench.NextAsync()).Peer.ToString().ShouldBe("direct:ann");
        await Eventually.Until(() => bench.Host.Lanes.Open == 0);
        bench.Channel().Sent.TryRead(out _).ShouldBeFalse();
        bench.Turns.Submitted.ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_has_the_prefix_that_is_written()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat("messages: { responsePrefix: 'auto' },"));

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"));

        (await bench.NextAsync()).Text.ShouldBe("[bart] bart heard: hi");
    }

    [Fact]
    public async Task What_joined_another_turn_has_no_answer_of_its_own()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat());
        bench.Turns.Answer = request =>
            Task.FromResult(
                request.Message == "a"
                    ? InMemoryTurns.Ok(request, "a and b", TurnState.Joined)
                    : InMemoryTurns.Ok(request, "a and b")
            );

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "a"), GatewayBench.Direct("2", "ann", "b"));

        (await bench.NextAsync()).Text.ShouldBe("a and b");
        await Eventually.Until(() => bench.Host.Lanes.Open == 0);
        bench.Channel().Sent.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Two_accounts_of_one_token_are_one_too_many()
    {
        await using var bench = await GatewayBench.StartAsync(
            Habitat()
                .Replace(
                    "loopback: {",
                    "webchat: { accounts: { one: { token: 't' }, two: { token: 't' } } }, loopback: {",
                    StringComparison.Ordinal
                )
        );

        var states = await ((IChannelStates)bench.Host).ListAsync(probe: true, default);

        var webchat = states.Single(s => s.Id == "webchat");
        webchat.Accounts.Single(a => a.Id == "one").Running.ShouldBeTrue();
        webchat.Accounts.Single(a => a.Id == "two").Error.ShouldBe("account one has the same token");
    }

    [Fact]
    public async Task When_too_many_wait_messengers_keep_theirs()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat(), b => b.Config = b.Config with { MostOpen = 5 });
        var held = new TaskCompletionSource();
        bench.Turns.Answer = async request =>
        {
            await held.Task;
            return InMemoryTurns.Ok(request, request.Message);
        };
        await bench.Channel().PutAsync([.. Enumerable.Range(0, 5).Select(i => GatewayBench.Direct($"{i}", "ann", $"{i}"))]);

        var more = bench.Channel().PutAsync(GatewayBench.Direct("5", "ann", "5"));
        await Eventually.Until(() => bench.Turns.Submitted == 5);
        more.IsCompleted.ShouldBeFalse();
        held.SetResult();
        await more;

        for (var i = 0; i < 6; i++)
        {
            (await bench.NextAsync()).Text.ShouldBe($"{i}");
        }
    }

    [Fact]
    public async Task No_habitat_no_channels()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat());

        bench.Habitat = null;
        await bench.Host.RefreshAsync();

        bench.Loopback.Find("default").ShouldBeNull();
        bench.Host.Book.All.ShouldBeEmpty();
    }
}
