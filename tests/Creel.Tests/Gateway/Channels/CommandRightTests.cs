using Creel.Core.Channels;

namespace Creel.Tests.Gateway.Channels;

/// <summary>Who may begin a conversation anew.</summary>
public class CommandRightTests
{
    private const string Own = "session: { dmScope: 'per-channel-peer' },";

    [Theory]
    // A conversation of his own.
    [InlineData(Own, "direct", "ann", true)]
    // The agent's main one, which all share.
    [InlineData("", "direct", "abe", true)]
    [InlineData("", "direct", "ann", false)]
    [InlineData("commands: { ownerAllowFrom: [] },", "direct", "ann", true)]
    [InlineData("commands: { ownerAllowFrom: ['ann'] },", "direct", "abe", false)]
    [InlineData("commands: { allowFrom: { '*': ['ann'] } },", "direct", "ann", true)]
    [InlineData("commands: { allowFrom: { loopback: ['ann'], '*': [] } },", "direct", "ann", true)]
    [InlineData("commands: { allowFrom: { '*': ['*'] } },", "direct", "ann", false)]
    // A group.
    [InlineData("", "group", "ann", false)]
    [InlineData("", "group", "abe", true)]
    [InlineData("commands: { ownerAllowFrom: [] },", "group", "abe", false)]
    [InlineData("commands: { allowFrom: { '*': ['ann'] } },", "group", "ann", true)]
    public async Task A_conversation_begins_anew_for_whom_it_is(string more, string kind, string sender, bool may)
    {
        await using var bench = await GatewayBench.StartAsync(Habitat(more));
        var message =
            kind == "group" ? GatewayBench.Group("1", "yard", sender, "/new") : GatewayBench.Direct("1", sender, "/new");

        await bench.Channel().PutAsync(message);

        (await bench.NextAsync()).Text.ShouldBe(may ? Sentences.Fresh : Sentences.NotYours);
        bench.Turns.Submitted.ShouldBe(0);
    }

    [Fact]
    public async Task Where_commands_say_who_may_command_a_list_does_not()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat("commands: { allowFrom: { loopback: ['eve'] } },"));

        // Listed, and none of those who may: it is nobody's, and what is behind it is a text like any other.
        await bench
            .Channel()
            .PutAsync(GatewayBench.Direct("1", "ann", "/status"), GatewayBench.Direct("2", "ann", "/new and a word"));

        (await bench.NextAsync()).Text.ShouldBe("bart heard: /new and a word");
        bench.Host.Dropped.Last.ShouldHaveSingleItem().Reason.ShouldBe("command_not_allowed");
        bench.Turns.Submitted.ShouldBe(1);
    }

    [Fact]
    public async Task The_audit_says_who_asked_on_which_account_and_in_which_session()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat(Own));

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"), GatewayBench.Direct("2", "ann", "/new"));
        await bench.NextAsync();
        await bench.NextAsync();

        await Eventually.Until(() => bench.Audit.Entries.Count(e => e.Action is "turn.ask" or "command.new") == 2);
        foreach (var entry in bench.Audit.Entries.Where(e => e.Action is "turn.ask" or "command.new"))
        {
            (entry.Actor, entry.Target).ShouldBe(("channel:loopback:default", "agent:bart"));
            entry.Detail!.ShouldContain("\"sender\":\"ann\"");
            entry.Detail!.ShouldContain("\"session\":\"agent:bart:loopback:direct:ann\"");
            entry.Detail!.ShouldNotContain("hi\"");
        }
    }

    private static string Habitat(string more) =>
        $$"""
            { name: "h", agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart" }] },
              channels: { loopback: { dmPolicy: 'open', allowFrom: ['*', 'abe'], groupPolicy: 'open' } },
              {{more}}
            }
            """;
}
