using Creel.Core;
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
