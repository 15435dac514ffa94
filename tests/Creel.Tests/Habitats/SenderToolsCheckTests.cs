namespace Creel.Tests.Habitats;

/// <summary>Rules of rooms and senders hold, or are refused.</summary>
public class SenderToolsCheckTests
{
    private const string Room = "channels: {telegram: {groups: {'-1': {tools: {deny: ['exec']}}}}}";
    private const string Sender = "toolsBySender: {'id:5': {deny: ['exec']}}";
    private const string Program = "brain: {kind: 'command', command: ['cat']}";

    [Theory]
    [InlineData("{" + Room + "}")]
    [InlineData("{channels: {telegram: {accounts: {a: {groups: {'-1': {" + Sender + "}}}}}}}")]
    [InlineData("{channels: {telegram: {groups: {'-1': {topics: {'4': {tools: {deny: ['exec']}}}}}}}}")]
    [InlineData("{channels: {telegram: {direct: {'*': {" + Sender + "}}}}}")]
    [InlineData("{tools: {" + Sender + "}}")]
    [InlineData("{agents: {list: [{id: 'a', tools: {" + Sender + "}}]}}")]
    [InlineData("{agents: {entries: {a: {tools: {" + Sender + "}}}}}")]
    public void What_is_followed_is_no_error(string text) => Habitat.Model(text);

    [Theory]
    [InlineData(
        "{channels: {discord: {guilds: {g: {tools: {deny: ['exec']}}}}}}",
        "bind the room or the sender to an agent of its own"
    )]
    [InlineData("{channels: {discord: {guilds: {g: {channels: {c: {" + Sender + "}}}}}}}", "would limit nobody")]
    [InlineData("{channels: {slack: {accounts: {a: {channels: {c: {" + Sender + "}}}}}}}", "would limit nobody")]
    [InlineData(
        "{agents: {list: [{id: 'a', " + Program + "}]}, " + Room + "}",
        "brain of kind 'command' decides on its tools itself"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a'}, {id: 'b', "
            + Program
            + "}]}, bindings: [{agentId: 'b', match: {channel: 'telegram', accountId: '*'}}], "
            + Room
            + "}",
        "may come to agent 'b'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a'}, {id: 'b', " + Program + "}]}, broadcast: {'-1': ['a', 'b']}, " + Room + "}",
        "may come to agent 'b'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', " + Program + "}]}, tools: {" + Sender + "}}",
        "thinks with a brain of kind 'command'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', " + Program + ", tools: {" + Sender + "}}]}}",
        "thinks with a brain of kind 'command'"
    )]
    public void What_would_not_hold_is_refused(string text, string why) => Habitat.Errors(text).Single().ShouldContain(why);

    [Theory]
    [InlineData("{agents: {list: [{id: 'a'}, {id: 'b', " + Program + "}]}, " + Room + "}")]
    [InlineData(
        "{agents: {list: [{id: 'a', default: true, "
            + Program
            + "}, {id: 'b'}]}, bindings: [{agentId: 'b', match: {channel: 'telegram', accountId: '*'}}], "
            + Room
            + "}"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a'}, {id: 'b', "
            + Program
            + "}]}, bindings: [{agentId: 'b', match: {channel: 'discord'}}], "
            + Room
            + "}"
    )]
    public void A_brain_that_no_message_of_the_room_comes_to_is_in_nobodys_way(string text) => Habitat.Model(text);

    [Fact]
    public void A_key_without_a_kind_and_a_name_that_is_no_tool_are_told()
    {
        Habitat.Warnings("{tools: {toolsBySender: {'5': {deny: ['exec']}}}}").ShouldContain(w => w.Contains("'5' is taken as"));
        Habitat
            .Warnings("{channels: {telegram: {groups: {'*': {tools: {deny: ['exce', 'group:fs', 'sess*']}}}}}}")
            .Single(w => w.Contains("is no tool here"))
            .ShouldContain("'exce'");
    }
}
