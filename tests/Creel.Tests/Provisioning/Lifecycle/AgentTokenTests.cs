using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class AgentTokenTests
{
    private static readonly AgentId Bart = AgentId.Parse("bart");

    [Fact]
    public void A_token_says_whose_it_is_and_carries_256_bits()
    {
        var token = AgentToken.Of(Bart, Enumerable.Repeat((byte)0xfb, 32).ToArray());

        token.ShouldStartWith("bart.");
        token.Length.ShouldBe(5 + 43);
        AgentToken.AgentOf(token).ShouldBe(Bart);
        AgentToken.Hash(token).Length.ShouldBe(32);
    }

    [Fact]
    public void In_a_text_each_is_found_once_and_no_other_agents_is()
    {
        var (bart, lisa) = (AgentToken.Of(Bart, new byte[32]), AgentToken.Of(AgentId.Parse("lisa"), new byte[32]));
        var text = $"see v1.2: ({bart}), '{bart}'. x-{bart} {bart}A {lisa} {bart}.{bart}";

        AgentToken.Find(text, Bart).ShouldBe([bart]);
        AgentToken.Replace(text, Bart, "T").ShouldBe($"see v1.2: (T), 'T'. x-{bart} {bart}A {lisa} T.T");
        AgentToken.ReplaceAll(text, "T").ShouldBe($"see v1.2: (T), 'T'. T {bart}A T T.T");
        AgentToken.Find($"foo.{bart}", Bart).ShouldBe([bart]);
        AgentToken.ReplaceAll($"Bart.{new string('A', 43)}", "T").ShouldBe("BT");
        AgentToken.ReplaceAll("nothing.here", "T").ShouldBe("nothing.here");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("bart")]
    [InlineData("bart.")]
    [InlineData(".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bart.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bart.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bart.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bart.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]
    [InlineData("bart\n.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bart.lisa.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bart.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+/")]
    [InlineData("bart.äAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_can_be_no_token_is_nobodys(string? text) => AgentToken.AgentOf(text).ShouldBeNull();
}
