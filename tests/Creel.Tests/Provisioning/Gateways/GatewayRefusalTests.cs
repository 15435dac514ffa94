using System.Text.Json;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Gateways;

/// <summary>What a gateway answers is read by people and kept in logs: it may be anything.</summary>
public class GatewayRefusalTests
{
    [Fact]
    public void An_agents_token_that_the_gateway_repeats_is_hidden()
    {
        var token = AgentToken.Of(AgentId.Parse("bart"), new byte[32]);

        GatewayRefusal
            .Plain($"bad AUTH_TOKEN={token}, wss://claw.example:1", [])
            .ShouldBe("bad AUTH_TOKEN=(hidden), wss://claw.example:1");
    }

    [Theory]
    [InlineData("a\u202eb\u200bc\u2066d\nE", "abcd E")]
    [InlineData("bad token s3\u200bcr3t!", "bad token (hidden)!")]
    [InlineData("bad token s3cr3t!", "bad token (hidden)!")]
    [InlineData("bad password two  [words]", "bad password (hidden)")]
    public void What_nobody_sees_is_not_kept_and_hides_no_secret(string said, string kept)
    {
        GatewayRefusal.Plain(said, ["s3cr3t", "two  [words]", ""]).ShouldBe(kept);
        GatewayRefusal.Plain(said.Replace("  ", " \u00ad ", StringComparison.Ordinal), ["s3cr3t", "two  [words]"]).ShouldBe(kept);
    }

    [Theory]
    [InlineData("4f1c-22", true)]
    [InlineData("1; rm -rf /", false)]
    [InlineData("$(reboot)", false)]
    [InlineData("", false)]
    public void Only_what_is_a_requests_id_comes_into_the_command_that_is_to_be_copied(string id, bool comes)
    {
        var error = JsonSerializer.SerializeToElement(
            new
            {
                code = "NOT_PAIRED",
                message = "pairing required",
                details = new { requestId = id },
            }
        );

        var remedy = GatewayRefusal.Read("connect", error, []).ToFault().Remedy!;

        remedy.EndsWith($"approve {id}; then try again.", StringComparison.Ordinal).ShouldBe(comes);
        remedy.ShouldNotContain("rm -rf");
        remedy.ShouldNotContain("reboot");
    }

    [Fact]
    public void A_file_full_of_words_that_look_like_tokens_is_read_in_one_go()
    {
        var text = string.Join('\n', Enumerable.Range(0, 40_000).Select(i => $"bart.{i:d43}"));

        AgentToken.Find(text, AgentId.Parse("bart")).Count.ShouldBe(16);
        TokenText.Mask(text, AgentId.Parse("bart")).ShouldNotContain("bart.");
    }
}
