using System.Net;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Outbound;

public class EgressVerdictTests
{
    [Theory]
    [InlineData("github.com:443", true, "github.com:443")]
    [InlineData("GitHub.com:443", true, "github.com:443")]
    [InlineData("https://github.com/ann/things", true, "github.com:443")]
    [InlineData("github.com:22", false, "not-allowed")]
    [InlineData("example.org:443", false, "not-allowed")]
    [InlineData("a.example.org:443", true, "*.example.org:443")]
    [InlineData("GET http://feeds.example/a/1", true, "GET http://feeds.example:80/a/*")]
    [InlineData("http://feeds.example/a/1", true, "GET http://feeds.example:80/a/*")]
    [InlineData("POST http://feeds.example/a/1", false, "not-allowed")]
    [InlineData("feeds.example:80", false, "not-allowed")]
    [InlineData("10.0.0.1:443", false, "private-address")]
    [InlineData("[::1]:443", false, "not-allowed")]
    [InlineData("api.anthropic.com:443", true, "anthropic")]
    [InlineData("https://api.openai.com/v1/models", true, "openai")]
    public void It_names_the_rule(string target, bool allowed, string rule)
    {
        var verdict = EgressVerdict.Of(Group(), target);
        verdict.Allowed.ShouldBe(allowed);
        verdict.Rule.ShouldBe(rule);
        verdict.Why.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("github.com")]
    [InlineData("github.com:0")]
    [InlineData("ftp://github.com/")]
    [InlineData("https://user@github.com/")]
    [InlineData("GET github.com:443")]
    [InlineData("GET https://github.com/")]
    public void What_no_cell_could_want_is_said_to_be_so(string target) =>
        Should.Throw<CreelException>(() => EgressVerdict.Of(Group(), target)).Fault.Code.ShouldBe("egress-target");

    [Fact]
    public void Without_interception_an_upstream_is_no_host() =>
        EgressVerdict.Of(Group() with { Intercept = false }, "api.anthropic.com:443").Rule.ShouldBe("upstream");

    [Theory]
    [InlineData(NetworkMode.None, false)]
    [InlineData(NetworkMode.Internal, false)]
    [InlineData(NetworkMode.Bridge, true)]
    [InlineData(NetworkMode.Host, true)]
    public void Where_no_proxy_is_the_network_decides(NetworkMode network, bool allowed) =>
        EgressVerdict.Of(Group() with { Network = network }, "github.com:443").Allowed.ShouldBe(allowed);

    [Fact]
    public void Whatever_is_asked_gets_an_answer_or_is_told_to_be_none() =>
        Prop.ForAll<NonNull<string>>(text =>
            {
                try
                {
                    EgressVerdict.Of(Group(), text.Get).Rule.ShouldNotBeEmpty();
                }
                catch (CreelException e)
                {
                    e.Fault.Code.ShouldBe("egress-target");
                }
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_rule_lets_a_private_address_through() =>
        Prop.ForAll<byte, byte, byte>(
                (b, c, d) =>
                {
                    foreach (var first in (byte[])[10, 127, 169, 172, 192, 224])
                    {
                        var address = new IPAddress([first, b, c, d]);
                        var group = Group() with { Egress = [$"{address}:443"] };
                        EgressVerdict.Of(group, $"{address}:443").Allowed.ShouldBe(PublicAddress.Is(address));
                    }
                }
            )
            .QuickCheckThrowOnFailure();

    private static OutboundGroup Group() =>
        new(
            GroupId.Parse("bart"),
            AgentId.Parse("bart"),
            null,
            NetworkMode.Proxy,
            ["github.com:443", "*.example.org:443", "GET http://feeds.example:80/a/*", "10.0.0.1:443"],
            BuiltInUpstreams.All,
            true
        );
}
