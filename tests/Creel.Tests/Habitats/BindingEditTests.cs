using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats.Edits;
using Creel.Core.Routing;

namespace Creel.Tests.Habitats;

public class BindingEditTests
{
    [Theory]
    [InlineData("telegram", "telegram", null, null)]
    [InlineData(" Telegram ", "telegram", null, null)]
    [InlineData("telegram:Coding", "telegram", "coding", null)]
    [InlineData("telegram:*", "telegram", "*", null)]
    [InlineData("whatsapp:group:120363@g.us", "whatsapp", null, "group:120363@g.us")]
    [InlineData("telegram:coding:group:-100:topic:3", "telegram", "coding", "group:-100:topic:3")]
    [InlineData("telegram::dm:7", "telegram", null, "direct:7")]
    [InlineData("telegram:group", "telegram", "group", null)]
    public void A_binding_is_one_word(string text, string channel, string? account, string? peer)
    {
        var spec = BindingSpec.Parse(text);
        (spec.Channel, spec.Account, spec.Peer?.ToString()).ShouldBe((channel, account, peer));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":a")]
    [InlineData("telegram:")]
    [InlineData("telegram:a:b")]
    [InlineData("telegram:a:group:")]
    [InlineData("telegram:__proto__")]
    public void What_is_none_is_refused(string text) =>
        Should.Throw<CreelException>(() => BindingSpec.Parse(text)).Fault.Code.ShouldBe("binding");

    [Fact]
    public void A_rule_without_an_account_gets_it_in_its_place()
    {
        var root = Root("""[{"agentId":"a","match":{"channel":"telegram"}},{"agentId":"b","match":{"channel":"slack"}}]""");
        var done = Add(root, "a", "telegram:coding");
        done.Updated.ShouldBe(["telegram accountId=coding"]);
        done.Added.ShouldBeEmpty();
        root["bindings"]!.AsArray().Count.ShouldBe(2);
        root["bindings"]![0]!["match"]!["accountId"]!.GetValue<string>().ShouldBe("coding");
    }

    [Fact]
    public void The_same_rule_is_skipped_and_anothers_is_a_conflict()
    {
        var root = Root("""[{"agentId":"A","match":{"channel":"telegram","accountId":"x","peer":{"kind":"dm","id":"7"}}}]""");
        Add(root, "a", "telegram:x:direct:7").Skipped.Single().ShouldBe("telegram accountId=x peer=direct:7");
        Add(root, "b", "telegram:x:direct:7").Conflicts.Single().ShouldEndWith("(agent=a)");
        Add(root, "b", "telegram:x:group:7").Added.Count.ShouldBe(1);
        Add(root, "b", "telegram", "telegram:default").Added.Count.ShouldBe(1);
    }

    [Fact]
    public void Rules_are_taken_out_one_by_one_or_all()
    {
        var root = Root(
            """[{"agentId":"a","match":{"channel":"telegram"}},{"agentId":"a","match":{"channel":"irc"}},{"agentId":"b","match":{"channel":"slack"}}]"""
        );
        var done = BindingEdit.Remove(
            root,
            "a",
            [BindingSpec.Parse("telegram"), BindingSpec.Parse("slack"), BindingSpec.Parse("line")]
        );
        (done.Removed.Single(), done.Conflicts.Single(), done.Missing.Single()).ShouldBe(("telegram", "slack", "line"));
        BindingEdit.Remove(root, "a", null).Removed.ShouldBe(["irc"]);
        root["bindings"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void A_deleted_agent_takes_its_rules_and_its_leave_along()
    {
        var root = (JsonObject)
            JsonNode.Parse(
                """
                {"agents":{"list":[{"id":"a"},{"id":"b"}]},"bindings":[{"agentId":"a","match":{"channel":"irc"}}],
                 "tools":{"agentToAgent":{"allow":["a","b"]}}}
                """
            )!;
        RosterEdit.Delete(root, "a").ShouldBe((1, 1));
        RosterEdit.Ids(root).ShouldBe(["b"]);
        root["tools"]!["agentToAgent"]!["allow"]!.AsArray().Count.ShouldBe(1);
        root["tools"]!["agentToAgent"]!["enabled"].ShouldBeNull();
        Should.Throw<CreelException>(() => RosterEdit.Delete(root, "a")).Fault.Kind.ShouldBe(FaultKind.NotFound);
        RosterEdit.Delete(root, "b").ShouldBe((0, 1));
        ((bool?)root["tools"]!["agentToAgent"]!["enabled"]).ShouldBe(false, "an empty list would let everybody through");
    }

    [Fact]
    public void The_first_that_is_written_does_not_drive_out_the_one_that_nobody_wrote()
    {
        var root = new JsonObject();
        RosterEdit.Add(root, new JsonObject { ["id"] = "a" });
        RosterEdit.Ids(root).ShouldBe(["main", "a"]);
        var fault = Should.Throw<CreelException>(() => RosterEdit.Add(root, new JsonObject { ["id"] = "a" })).Fault;
        (fault.Kind, fault.Code).ShouldBe((FaultKind.Conflict, "agent-exists"));
        fault.Remedy.ShouldNotBeNull().ShouldStartWith("choose another id");
    }

    [Fact]
    public void An_examination_finds_what_is_never_reached_and_who_is_not_named()
    {
        var habitat = Habitat.Model(
            """
            { agents: { list: [{ id: "a", default: true }, { id: "b" }] },
              channels: { telegram: { dmPolicy: "open", allowFrom: ["*"], accounts: { x: {}, y: { dmPolicy: "disabled" } } } },
              bindings: [
                { agentId: "a", match: { channel: "telegram", accountId: "x" } },
                { agentId: "b", match: { channel: "telegram", accountId: "x" } },
                { agentId: "b", match: { channel: "telegram", accountId: "z" } },
                { agentId: "ghost", match: { channel: "telegram", accountId: "x", peer: { kind: "group", id: "1" } } },
                { agentId: "b", match: { channel: "telegram", accountId: "x", peer: { kind: "channel", id: "1" } } } ] }
            """
        );
        var found = BindingExamination.Of(habitat);
        string Of(string name) => string.Join(" | ", found.Where(f => f.Name == name).Select(f => f.Sentence));
        Of("bindings[1]").ShouldContain("never reached: bindings[0]");
        Of("bindings[2]").ShouldContain("which telegram does not have: it has x, y");
        Of("bindings[3]").ShouldContain("'ghost', which is no agent");
        Of("bindings[4]").ShouldContain("never reached: bindings[3]");
        Of("channel telegram:y").ShouldContain("are dropped (account_without_binding)");
        BindingExamination
            .Of(Habitat.Model("{ agents: { list: [{ id: 'a' }] }, channels: { telegram: { accounts: { y: {} } } } }"))
            .ShouldContain(f => f.Name == "channel telegram:y" && f.Sentence.Contains("go to the default agent 'a'"));
        Of("access telegram:x").ShouldBe("direct messages: open (1 on its list); groups: allowlist (1 on its list)");
        Of("access telegram:y").ShouldStartWith("direct messages: disabled");
        found.Single(f => f.Name == "access telegram:x").Fine.ShouldBeFalse();
    }

    private static JsonObject Root(string bindings) => (JsonObject)JsonNode.Parse($$"""{"bindings":{{bindings}}}""")!;

    private static BindingChanges Add(JsonObject root, string agent, params string[] specs) =>
        BindingEdit.Add(root, agent, specs.Select(BindingSpec.Parse));

    [Theory]
    [InlineData("{}", "main,a")]
    [InlineData("""{"gateways":{}}""", "a")]
    [InlineData("""{"gateways":{},"agents":{"list":[{"id":"b"}]}}""", "b,a")]
    public void Who_is_there_without_a_word_of_it_is_written_with_the_first(string text, string ids)
    {
        var root = (JsonObject)JsonNode.Parse(text)!;
        RosterEdit.Add(root, new JsonObject { ["id"] = "a" });
        string.Join(',', RosterEdit.Ids(root)).ShouldBe(ids);
    }
}
