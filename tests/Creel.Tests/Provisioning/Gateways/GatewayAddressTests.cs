using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.Provisioning.Gateways;

public sealed class GatewayAddressTests
{
    [Theory]
    [InlineData("ws://127.0.0.1:18789")]
    [InlineData("ws://localhost:1")]
    [InlineData("wss://claw.example")]
    [InlineData(" wss://10.0.0.7:443/path ")]
    public void Good_ones(string text) => GatewayAddress.Parse(text).OriginalString.ShouldBe(text.Trim());

    [Theory]
    [InlineData("")]
    [InlineData("prod")]
    [InlineData("127.0.0.1:18789")]
    [InlineData("http://127.0.0.1:18789")]
    [InlineData("https://claw.example")]
    [InlineData("ssh://claw.example")]
    [InlineData("ws://claw.example:18789")]
    [InlineData("wss://user:secret-word@claw.example")]
    [InlineData("wss://claw.example/?token=secret-word")]
    [InlineData("wss://claw.example/#secret-word")]
    public void Bad_ones_are_told_without_what_they_hold(string text)
    {
        var fault = Should.Throw<CreelException>(() => GatewayAddress.Parse(text)).Fault;

        fault.Code.ShouldBe("gateway-url");
        fault.Remedy.ShouldNotBeNullOrEmpty();
        fault.ToString().ShouldNotContain("secret-word");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("two\nlines")]
    [InlineData("two words")]
    [InlineData("with\0nought")]
    public void A_token_is_one_word(string text)
    {
        var fault = Should.Throw<CreelException>(() => GatewayAddress.Secret(text)).Fault;

        fault.Code.ShouldBe("gateway-secret");
    }

    [Fact]
    public void The_line_end_of_a_pipe_is_no_part_of_a_token() => GatewayAddress.Secret("word\r\n").ShouldBe("word");

    [Theory]
    [InlineData("AB:CD")]
    [InlineData("zz")]
    public void A_pin_is_a_fingerprint(string text) =>
        Should.Throw<CreelException>(() => GatewayAddress.Pin(text)).Fault.Code.ShouldBe("gateway-pin");

    [Fact]
    public void A_pin_is_taken_as_tools_print_it() =>
        GatewayAddress.Pin(string.Join(':', Enumerable.Repeat("AB", 32))).ShouldBe(string.Concat(Enumerable.Repeat("ab", 32)));

    [Theory]
    [InlineData("2026.2.8", true)]
    [InlineData("2026.2.9", false)]
    [InlineData("2026.02.9-1", false)]
    [InlineData("v2025.12.31", true)]
    [InlineData("2026.9.6", false)]
    [InlineData("dev", false)]
    [InlineData("1.2.3", false)]
    public void Versions_are_dates(string version, bool tooOld) => GatewaySteps.IsTooOld(version).ShouldBe(tooOld);

    [Fact]
    public void Pauses_double_up_to_half_a_minute_and_are_spread()
    {
        var first = TimeSpan.FromSeconds(0.75);

        RetryRule.Pause(first, 0, 0.5).ShouldBe(TimeSpan.FromSeconds(0.75));
        RetryRule.Pause(first, 2, 0.5).ShouldBe(TimeSpan.FromSeconds(3));
        RetryRule.Pause(first, 50, 0.5).ShouldBe(TimeSpan.FromSeconds(30));
        RetryRule.Pause(first, 50, 0).ShouldBe(TimeSpan.FromSeconds(24));
        RetryRule.Pause(first, 50, 1).ShouldBe(TimeSpan.FromSeconds(36));
    }
}
