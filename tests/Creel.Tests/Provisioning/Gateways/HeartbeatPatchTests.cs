using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.Provisioning.Gateways;

public sealed class HeartbeatPatchTests
{
    private const string Shown =
        "\"channels\":{\"defaults\":{\"heartbeat\":{\"showOk\":false,\"showAlerts\":true,\"useIndicator\":true}}}";

    private static readonly HeartbeatEntry Lisa = new("lisa", "/w/lisa", new JsonObject { ["every"] = "10m" });

    [Theory]
    [InlineData("""{"agents":{"list":[{"id":"lisa","workspace":"/w/lisa","heartbeat":{"every":"10m"}}]},SHOWN}""", 3)]
    [InlineData("""{"agents":{"entries":{"lisa":{"workspace":"/w/lisa","heartbeat":{"every":"10m"}}}}}""", 4)]
    public void What_is_said_already_is_not_said_again(string config, int protocol) => Of(config, protocol).ShouldBeNull();

    [Fact]
    public void In_a_list_only_what_differs_is_said()
    {
        var raw = Of(
            """{"agents":{"list":[{"id":"bart","heartbeat":{"every":"1h"}},{"id":"lisa","workspace":"/w/lisa","heartbeat":{"every":"1h","x":1}}]},SHOWN}""",
            3
        );

        raw.ShouldBe("""{"agents":{"list":[{"id":"lisa","heartbeat":{"every":"10m","x":null}}]}}""");
    }

    [Fact]
    public void Entries_are_said_by_their_ids_and_channels_are_left_alone()
    {
        var raw = Of("""{"agents":{"entries":{"bart":{"heartbeat":{"every":"1h"}},"lisa":{"workspace":"/old"}}}}""", 4);

        raw.ShouldBe("""{"agents":{"entries":{"lisa":{"workspace":"/w/lisa","heartbeat":{"every":"10m"}}}}}""");
    }

    [Fact]
    public void What_only_the_older_dialect_knows_is_not_said_to_the_newer()
    {
        string[] older = ["includeReasoning", "ackMaxChars", "suppressToolErrorWarnings"];
        var heartbeat = new JsonObject { ["every"] = "10m" };
        foreach (var key in older)
        {
            heartbeat[key] = 1;
        }

        var lisa = new HeartbeatEntry("lisa", "/w/lisa", heartbeat);

        Raw("""{"agents":{"entries":{}}}""", 4)
            .ShouldBe("""{"agents":{"entries":{"lisa":{"workspace":"/w/lisa","heartbeat":{"every":"10m"}}}}}""");
        var said = Raw("""{"agents":{"list":[]}}""", 3)!;
        older.ShouldAllBe(key => said.Contains(key, StringComparison.Ordinal));

        string? Raw(string config, int protocol) =>
            HeartbeatPatch.Of(new ObservedRoster(JsonElement.Parse($$"""{"parsed":{{config}}}"""), protocol), [lisa], null)?.Raw;
    }

    [Theory]
    [InlineData(3, """{"agents":{"list":[{"id":"lisa","workspace":"/w/lisa","heartbeat":{"every":"10m"}}]}}""")]
    [InlineData(4, """{"agents":{"entries":{"lisa":{"workspace":"/w/lisa","heartbeat":{"every":"10m"}}}}}""")]
    public void Where_there_are_no_agents_yet_the_protocol_says_how(int protocol, string expected) =>
        Of($$"""{{{Shown}}}""", protocol).ShouldBe(expected);

    [Fact]
    public void The_shape_of_the_file_counts_before_the_protocol() =>
        Of("""{"agents":{"list":[{"id":"bart","heartbeat":{}}]},SHOWN}""", 4)!.ShouldContain("\"list\"");

    [Fact]
    public void The_first_heartbeat_of_its_own_does_not_end_that_of_the_default_agent()
    {
        var raw = Of("""{"agents":{"defaults":{"heartbeat":{"every":"5m"}},"list":[{"id":"main"}]},SHOWN}""", 3, "main");

        raw.ShouldBe(
            """{"agents":{"list":[{"id":"lisa","workspace":"/w/lisa","heartbeat":{"every":"10m"}},{"id":"main","heartbeat":{}}]}}"""
        );
    }

    [Fact]
    public void Channels_show_what_the_user_said_and_what_is_missing()
    {
        var raw = Of(
            """{"channels":{"defaults":{"heartbeat":{"showOk":true}}},"agents":{"list":[{"id":"lisa","workspace":"/w/lisa","heartbeat":{"every":"10m"}}]}}""",
            3
        );

        raw.ShouldBe("""{"channels":{"defaults":{"heartbeat":{"showOk":true,"showAlerts":true,"useIndicator":true}}}}""");
    }

    [Fact]
    public void Names_that_lead_elsewhere_are_no_files()
    {
        var files = RosterReading.Files(
            JsonElement.Parse(
                """{"files":[{"name":"SOUL.md"},{"name":"../SOUL.md"},{"name":"a/b.md"},{"name":"a\\b.md"},{"name":".."},{"name":""},"x",{"name":"x\u0000"}]}"""
            )
        );

        files.Keys.ShouldBe(["SOUL.md"]);
    }

    private static string? Of(string config, int protocol, string? defaultAgent = null)
    {
        config = config.Replace("SHOWN", Shown, StringComparison.Ordinal);
        var answer = JsonElement.Parse($$"""{"parsed":{{config}},"hash":"h1"}""");
        var patch = HeartbeatPatch.Of(new ObservedRoster(answer, protocol), [Lisa], defaultAgent);
        patch?.BaseHash.ShouldBe("h1");
        return patch?.Raw;
    }
}
