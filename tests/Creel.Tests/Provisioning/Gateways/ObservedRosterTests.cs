using System.Text.Json;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.Provisioning.Gateways;

public sealed class ObservedRosterTests
{
    [Fact]
    public void What_is_written_counts_before_what_holds_and_the_original_read_it_the_other_way_round()
    {
        var roster = Read(
            """{"parsed":{"agents":{"list":[{"id":"lisa"}]}},"config":{"agents":{"list":[{"id":"main"},{"id":"lisa"}]}},"hash":"h"}"""
        );

        roster.Agents.Keys.ShouldBe(["lisa"]);
        roster.SeedList!.Value.GetArrayLength().ShouldBe(2);
        roster.Hash.ShouldBe("h");
    }

    [Theory]
    [InlineData("""{"parsed":{},"config":{"agents":{"list":[{"id":"lisa"}]}}}""")]
    [InlineData("""{"parsed":null,"config":{"agents":{"list":[{"id":"lisa"},{"id":"lisa","name":"other"},{"id":""},5]}}}""")]
    public void Where_nothing_is_written_what_holds_is_read(string answer)
    {
        var roster = Read(answer);

        roster.Agents.Keys.ShouldBe(["lisa"]);
        roster.Agents["lisa"].TryGetProperty("name", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"list":[{"id":"a"},{"id":"b","heartbeat":{}}]}""", true)]
    [InlineData("""{"list":[{"id":"a","heartbeat":null}],"defaults":{"heartbeat":{"every":"5m"}}}""", false)]
    [InlineData("""{"entries":{"a":{"heartbeat":{"every":"5m"}}}}""", true)]
    public void Heartbeats_are_those_that_agents_have_of_their_own(string agents, bool expected) =>
        Read($$$"""{"parsed":{"agents":{{{agents}}}}}""").HasHeartbeats.ShouldBe(expected);

    [Fact]
    public void The_version_that_wrote_it_last_is_read_with_it() =>
        Read("""{"parsed":{"meta":{"lastTouchedVersion":"2026.2.26"}}}""").LastTouchedVersion.ShouldBe("2026.2.26");

    [Theory]
    [InlineData("""{"parsed":"x"}""")]
    [InlineData("""{"config":[1]}""")]
    public void What_is_no_configuration_is_told(string answer) =>
        Should.Throw<CreelException>(() => Read(answer)).Fault.Code.ShouldBe("gateway-config");

    [Theory]
    [InlineData("5", "config.get returned invalid payload")]
    [InlineData("""{"config":{"agents":{"list":{"a":1}}}}""", "config agents.list is not a list")]
    public void What_the_original_could_not_read_is_told_in_its_words(string answer, string said) =>
        Should.Throw<CreelException>(() => Read(answer).SeedList).Fault.Message.ShouldBe(said);

    private static ObservedRoster Read(string answer) => new(JsonElement.Parse(answer), 3);
}
