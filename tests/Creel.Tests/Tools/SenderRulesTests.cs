using Creel.Core.Tools;

namespace Creel.Tests.Tools;

/// <summary>Which line of a <c>toolsBySender</c> is somebody's, as OpenClaw has it.</summary>
public class SenderRulesTests
{
    private static readonly Speaker Ann = new("telegram", "4711", "Ann_S", "Ann Smith");

    [Theory]
    [InlineData("channel:telegram:4711 id:4711 *", "channel:telegram:4711")]
    [InlineData("CHANNEL:Telegram:4711 *", "CHANNEL:Telegram:4711")]
    [InlineData("channel:discord:4711 id:4711 username:ann_s *", "id:4711")]
    [InlineData("* name:ann_smith username:@ann_s", "username:@ann_s")]
    [InlineData("username:ANN_S id:12", "username:ANN_S")]
    [InlineData("id:12 * name:x", "*")]
    [InlineData("4711 *", "4711")]
    [InlineData("@4711 *", "@4711")]
    [InlineData("ann_s username:bob", null)]
    [InlineData("id:12", null)]
    [InlineData("id: channel: *", "*")]
    [InlineData("id:4711 ID:4711", "id:4711")]
    [InlineData("", null)]
    public void The_narrowest_line_is_theirs(string keys, string? found) => Found(keys, Ann).ShouldBe(found);

    [Theory]
    [InlineData("e164:+491701 id:12 *", "+491701", "e164:+491701")]
    [InlineData("id:+491701 e164:+491701", "+491701", "id:+491701")]
    [InlineData("e164:4711 *", "4711", "*")]
    [InlineData("name:Ann*Smith *", "4711", "*")]
    public void A_number_counts_where_the_id_is_one(string keys, string id, string found) =>
        Found(keys, new Speaker("whatsapp", id)).ShouldBe(found);

    [Fact]
    public void A_name_is_compared_without_case_and_edges()
    {
        SenderRules.Of([new SenderRule("name: ann smith ", new ToolList())], Ann).ShouldNotBeNull();
        SenderRules.Of([new SenderRule("name:ann", new ToolList())], Ann).ShouldBeNull();
    }

    [Fact]
    public void Who_is_nobody_is_one_of_everybody()
    {
        Found("id:4711 *", Speaker.Nobody).ShouldBe("*");
        Found("id:4711 name:x", Speaker.Nobody).ShouldBeNull();
    }

    [Fact]
    public void An_agents_own_line_takes_the_place_of_the_global_one_also_where_it_says_nothing()
    {
        var rules = new ToolRules { BySender = [Line("*", "exec")], AgentBySender = [Line("id:4711")] };
        rules.LimitOf(Ann)!.List.SaysNothing.ShouldBeTrue();
        rules
            .LimitOf(new Speaker("telegram", "12"))!
            .ShouldBe(new ToolLimit("tools.toolsBySender[*]", new ToolList(Deny: ["exec"])));
    }

    private static SenderRule Line(string key, string? deny = null) => new(key, new ToolList(Deny: deny is null ? null : [deny]));

    private static string? Found(string keys, Speaker who) =>
        SenderRules.Of([.. keys.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(k => Line(k))], who)?.Key;
}
