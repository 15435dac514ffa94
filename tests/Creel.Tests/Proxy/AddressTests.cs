using System.Net;
using Creel.Core.Outbound;
using Creel.Proxy.Egress;

namespace Creel.Tests.Proxy;

public class AddressTests
{
    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::6810:1")]
    [InlineData("2a00:1450:4001:81b::200e")]
    public void Public_addresses_are_public(string address) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:93.184.216.34")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("100::1")]
    public void All_others_are_not(string address) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("github.com:443", "github.com", 443, true)]
    [InlineData("github.com:443", "GitHub.com", 443, true)]
    [InlineData("github.com:443", "github.com", 80, false)]
    [InlineData("github.com:443", "api.github.com", 443, false)]
    [InlineData("github.com:443", "github.com.evil.example", 443, false)]
    [InlineData("*.github.com:443", "api.github.com", 443, true)]
    [InlineData("*.github.com:443", "a.b.github.com", 443, true)]
    [InlineData("*.github.com:443", "github.com", 443, false)]
    [InlineData("*.github.com:443", "evilgithub.com", 443, false)]
    [InlineData("GET http://github.com:443/", "github.com", 443, false)]
    public void A_rule_covers_its_host_and_port(string rule, string host, int port, bool covered) =>
        EgressRule.Parse(rule).Covers(host, port).ShouldBe(covered);

    [Theory]
    [InlineData("GET http://a.example/feed/*", "GET", "/feed/1", true)]
    [InlineData("GET http://a.example/feed/*", "GET", "/feed", false)]
    [InlineData("GET http://a.example/feed/*", "POST", "/feed/1", false)]
    [InlineData("GET http://a.example/feed", "GET", "/feed/1", false)]
    [InlineData("GET http://a.example", "GET", "/", true)]
    [InlineData("a.example:80", "DELETE", "/any", true)]
    public void A_rule_for_plain_http_covers_method_and_path(string rule, string method, string path, bool covered)
    {
        var parsed = EgressRule.Parse(rule);
        parsed.Covers("a.example", 80, method, path).ShouldBe(covered);
        EgressRule.Parse(parsed.ToString()).ShouldBe(parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("github.com")]
    [InlineData("github.com:0")]
    [InlineData("github.com:65536")]
    [InlineData("github.com:+1")]
    [InlineData("*:443")]
    [InlineData("*.:443")]
    [InlineData("a.*.b:443")]
    [InlineData(".a:443")]
    [InlineData("a..b:443")]
    [InlineData("-a:443")]
    [InlineData("a b:443")]
    [InlineData("https://a.example:443")]
    [InlineData("get http://a.example/")]
    [InlineData("GET https://a.example/")]
    [InlineData("GET http://a.example/x?y")]
    [InlineData("GET http://u@a.example/")]
    public void What_is_no_rule_is_refused(string text) => EgressRule.TryParse(text, out _).ShouldBeFalse();
}
