using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;

namespace Creel.Tests.Gateway.Protocol;

public class RosterChangeTests
{
    private const string Whole = """
        {"agents":{"list":[{"id":"main"},{"id":"Lead","name":"old"}]},
         "bindings":[{"agentId":"lead","match":{"channel":"telegram"}},{"agentId":"main","match":{"channel":"slack"}}],
         "tools":{"agentToAgent":{"enabled":true,"allow":["lead","main"]}}}
        """;

    [Fact]
    public void An_agent_is_added_with_what_was_said_of_it() =>
        List(RosterChange.Add(Whole, Entry("new", name: "New", model: "a/b", emoji: "🤖")))[2]
            .ToJsonString()
            .ShouldBe(
                new JsonObject
                {
                    ["id"] = "new",
                    ["name"] = "New",
                    ["model"] = "a/b",
                    ["identity"] = new JsonObject { ["emoji"] = "🤖" },
                }.ToJsonString()
            );

    [Fact]
    public void The_first_that_is_written_leaves_main_the_default() =>
        List(RosterChange.Add("{}", Entry("new"))).Select(a => (string?)a["id"]).ShouldBe(["main", "new"]);

    [Fact]
    public void What_is_there_is_not_added_and_what_is_not_there_not_changed()
    {
        Should
            .Throw<GatewayException>(() => RosterChange.Add(Whole, Entry("lead")))
            .Message.ShouldBe("agent \"lead\" already exists");
        Should.Throw<GatewayException>(() => RosterChange.Update(Whole, Entry("no"))).Message.ShouldBe("agent \"no\" not found");
        Should
            .Throw<GatewayException>(() => RosterChange.Remove(Whole, AgentId.Parse("no"), out _))
            .Message.ShouldBe("agent \"no\" not found");
    }

    [Fact]
    public void Who_goes_takes_his_bindings_along()
    {
        var after = JsonNode.Parse(RosterChange.Remove(Whole, AgentId.Parse("lead"), out var bindings))!;

        bindings.ShouldBe(1);
        after["agents"]!["list"]!.AsArray().Count.ShouldBe(1);
        after["bindings"]!.AsArray().Single()!["agentId"]!.ToString().ShouldBe("main");
        after["tools"]!["agentToAgent"]!["allow"]!.AsArray().Single()!.ToString().ShouldBe("main");
    }

    private static List<JsonObject> List(string whole) =>
        [.. JsonNode.Parse(whole)!["agents"]!["list"]!.AsArray().Select(a => a!.AsObject())];

    private static RosterEntry Entry(string id, string? name = null, string? model = null, string? emoji = null) =>
        new(AgentId.Parse(id), name, null, model, emoji, null);
}
