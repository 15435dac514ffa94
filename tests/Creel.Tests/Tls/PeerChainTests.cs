using Creel.Adapters.Telegram;
using Creel.Proxy.Egress;
using Creel.Proxy.Routes;
using Creel.Tests.OpenClaw;

namespace Creel.Tests.Tls;

/// <summary>A certificate is read before it is trusted: nobody goes where it leads.</summary>
public sealed class PeerChainTests : IDisposable
{
    private readonly LeadingCertificate certificate = new();

    public void Dispose() => certificate.Dispose();

    [Theory]
    [InlineData("the machine's authorities")]
    [InlineData("a pin")]
    [InlineData("authorities of the user's")]
    public async Task The_certificate_of_a_gateway_leads_nowhere_whoever_judges_it(string judge)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, LeadingCertificate.AnotherRoot());
        await using var gateway = FakeGateway.Start(line => line.GreetAsync(), certificate.Certificate);
        await using var client = gateway.Client(access: a =>
            judge switch
            {
                "a pin" => a with { Pin = new string('a', 64) },
                "authorities of the user's" => a with { CaFile = file },
                _ => a,
            }
        );

        (await GatewayClientTests.FaultOf(() => client.HelloAsync())).Code.ShouldBe("gateway-tls");

        certificate.WasFollowed.ShouldBeFalse();
        File.Delete(file);
    }

    [Fact]
    public async Task That_of_who_says_to_be_telegram_leads_nowhere()
    {
        await using var server = FakeGateway.Start(line => line.GreetAsync(), certificate.Certificate);
        using var telegram = new TelegramApi(
            TelegramToken.Parse("7:AAAAAAAAAAAAAAAAAAAA"),
            new Uri($"https://127.0.0.1:{server.Port}"),
            proxy: null
        );

        await Should.ThrowAsync<TelegramException>(() =>
            telegram.CallAsync("getMe", _ => { }, TimeSpan.FromSeconds(30), CancellationToken.None)
        );

        certificate.WasFollowed.ShouldBeFalse();
    }

    [Fact]
    public async Task That_of_an_upstream_leads_the_proxy_nowhere()
    {
        await using var server = FakeGateway.Start(line => line.GreetAsync(), certificate.Certificate);
        using var lines = new Lines(new Dialler(OutsideWorld.Real), roots: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{server.Port}/");

        await Should.ThrowAsync<HttpRequestException>(() => lines.Local.SendAsync(request, CancellationToken.None));

        certificate.WasFollowed.ShouldBeFalse();
    }
}
