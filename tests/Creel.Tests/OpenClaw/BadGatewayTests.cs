using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.OpenClaw;

/// <summary>Gateways that do wrong: each has one answer, with what to do.</summary>
public sealed class BadGatewayTests
{
    private static readonly CallManner Short = CallManner.Once with { Deadline = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public async Task Down()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var client = new Adapters.OpenClaw.GatewayClient(
            new GatewayAccess(new Uri($"ws://127.0.0.1:{port}")),
            new Adapters.OpenClaw.LineTerms("1"),
            TimeProvider.System
        );

        (await FaultOf(() => client.CallAsync("health", null, Short))).Code.ShouldBe("gateway-unreachable");
    }

    [Fact]
    public async Task Down_and_then_up()
    {
        var came = 0;
        await using var gateway = FakeGateway.Start(async line =>
        {
            if (++came < 3)
            {
                return;
            }

            await line.GreetAsync();
            await line.ReplyAsync((await line.ReadAsync())!, FakeReply.Ok("""{"ok":true}"""));
            await line.ReadAsync();
        });
        await using var client = gateway.Client();

        // A connection that ends before it is one is no answer of another program: it may be one that starts.
        (await client.CallAsync("health"))
            .GetProperty("ok")
            .GetBoolean()
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Silent_before_anything()
    {
        await using var gateway = FakeGateway.Start(line => Task.Delay(Timeout.Infinite, line.Stopping));
        await using var client = gateway.Client(t => t with { Greeting = TimeSpan.FromMilliseconds(200) });

        (await FaultOf(() => client.CallAsync("health", null, Short))).Code.ShouldBe("gateway-silent");
    }

    [Fact]
    public async Task Silent_after_the_connection()
    {
        await using var gateway = FakeGateway.Answering(_ => null);
        await using var client = gateway.Client();

        var fault = await FaultOf(() => client.CallAsync("config.get", null, Short));

        (fault.Code, fault.Kind).ShouldBe(("gateway-silent", FaultKind.Timeout));
        fault.Message.ShouldContain("config.get");
    }

    [Fact]
    public async Task Another_program_than_a_gateway()
    {
        await using var gateway = FakeGateway.Start(async line =>
            await line.Stream.WriteAsync(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n\r\n"))
        );
        await using var client = gateway.Client();

        (await FaultOf(() => client.CallAsync("health", null, Short))).Code.ShouldBe("gateway-garbage");
    }

    [Fact]
    public async Task A_web_server_that_knows_no_web_sockets()
    {
        await using var gateway = FakeGateway.Start(async line =>
            await line.Stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"))
        );
        await using var client = gateway.Client();

        (await FaultOf(() => client.CallAsync("health", null, Short))).Code.ShouldBe("gateway-garbage");
    }

    [Theory]
    [InlineData("hello?")]
    [InlineData("{\"type\":")]
    public async Task Garbage(string said)
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.UpgradeAsync();
            await line.SendAsync(said);
            await Task.Delay(Timeout.Infinite, line.Stopping);
        });
        await using var client = gateway.Client();

        (await FaultOf(() => client.CallAsync("health", null, Short))).Code.ShouldBe("gateway-garbage");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("{\"type\":7,\"id\":[]}")]
    [InlineData("{\"type\":\"event\"}")]
    [InlineData("{\"type\":\"res\",\"id\":\"1\"}")]
    public async Task Frames_of_no_sense_are_passed_over_or_taken_for_an_empty_answer(string said)
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            var call = (await line.ReadAsync())!;
            await line.SendAsync(said);
            await line.ReplyAsync(call, FakeReply.Ok("""{"ok":true}"""));
            await line.ReadAsync();
        });
        await using var client = gateway.Client();

        (await client.CallAsync("health")).GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_frame_that_is_too_large()
    {
        await using var gateway = FakeGateway.Answering(_ => FakeReply.Ok($$"""{"x":"{{new string('x', 2000)}}"}"""));
        await using var client = gateway.Client(t => t with { MostBytes = 1500 });

        var fault = await FaultOf(() => client.CallAsync("config.get", null, Short));

        fault.Code.ShouldBe("gateway-garbage");
        fault.Message.ShouldContain("1500");
    }

    [Fact]
    public async Task A_call_that_is_larger_than_the_gateway_takes_is_not_sent()
    {
        await using var gateway = FakeGateway.Answering(_ => FakeReply.Ok());
        await using var client = gateway.Client(t => t with { MostBytes = 1500 });

        var fault = await FaultOf(() =>
            client.CallAsync("agents.files.set", new JsonObject { ["content"] = new string('x', 2000) }, Short)
        );

        (fault.Code, fault.Kind).ShouldBe(("gateway-frame", FaultKind.TooLarge));
        (await client.CallAsync("health")).ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Object);
    }

    [Fact]
    public async Task A_protocol_that_nobody_knows_yet()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.ReplyAsync(
                await line.ChallengeAsync(),
                FakeReply.Refused("protocol mismatch", more: """{"details":{"expectedProtocol":7}}""")
            );
            await line.CloseAsync(1002, "protocol mismatch");
        });
        await using var client = gateway.Client();

        var fault = await FaultOf(() => client.CallAsync("health"));

        fault.Code.ShouldBe("gateway-protocol");
        fault.Message.ShouldBe("the gateway speaks protocol 7, and Creel 3 to 4");
        gateway.Lines.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_lets_in_by_a_protocol_nobody_asked_for()
    {
        await using var gateway = FakeGateway.Start(line => line.GreetAsync(9));
        await using var client = gateway.Client();

        (await FaultOf(() => client.HelloAsync())).Code.ShouldBe("gateway-protocol");
    }

    [Fact]
    public async Task Pairing_is_wanted()
    {
        await using var gateway = FakeGateway.Start(async line =>
            await line.ReplyAsync(
                await line.ChallengeAsync(),
                FakeReply.Refused(
                    "pairing required",
                    "NOT_PAIRED",
                    """{"details":{"code":"PAIRING_REQUIRED","requestId":"req-42","reason":"not-paired"}}"""
                )
            )
        );
        await using var client = gateway.Client();

        var fault = await FaultOf(() => client.HelloAsync());

        fault.Code.ShouldBe("gateway-pairing");
        fault.Remedy!.ShouldContain("openclaw devices approve req-42");
    }

    [Fact]
    public async Task A_scope_is_refused()
    {
        await using var gateway = FakeGateway.Answering(_ => FakeReply.Refused("missing scope: operator.admin"));
        await using var client = gateway.Client();

        var fault = await FaultOf(() => client.CallAsync("agents.create"));

        fault.Code.ShouldBe("gateway-scope");
        fault.Message.ShouldBe("agents.create: missing scope: operator.admin");
    }

    [Fact]
    public async Task A_certificate_is_taken_by_its_pin_and_by_nothing_else()
    {
        using var certificate = SelfSigned();
        var pin = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        await using var gateway = FakeGateway.Start(
            async line =>
            {
                await line.GreetAsync();
                await line.ReadAsync();
            },
            certificate
        );
        await using var strict = gateway.Client();
        await using var pinned = gateway.Client(access: a => a with { Pin = pin });
        await using var other = gateway.Client(access: a => a with { Pin = new string('0', 64) });

        var fault = await FaultOf(() => strict.HelloAsync());

        fault.Code.ShouldBe("gateway-tls");
        fault.Remedy!.ShouldContain(pin);
        (await pinned.HelloAsync()).Protocol.ShouldBe(4);
        (await FaultOf(() => other.HelloAsync())).Code.ShouldBe("gateway-tls");
    }

    [Fact]
    public async Task A_certificate_is_taken_by_an_authority_of_the_users()
    {
        using var certificate = SelfSigned();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await using var gateway = FakeGateway.Start(
            async line =>
            {
                await line.GreetAsync();
                await line.ReadAsync();
            },
            certificate
        );
        await using var client = gateway.Client(access: a => a with { CaFile = file });

        (await client.HelloAsync()).Protocol.ShouldBe(4);
        File.Delete(file);
    }

    [Fact]
    public async Task No_TLS_where_it_was_said()
    {
        await using var gateway = FakeGateway.Start(async line =>
            await line.Stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
        );
        await using var client = gateway.Client(access: a => a with { Url = new Uri($"wss://127.0.0.1:{a.Url.Port}") });

        (await FaultOf(() => client.CallAsync("health", null, Short))).Code.ShouldBe("gateway-tls");
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private static Task<Fault> FaultOf(Func<Task> action) => GatewayClientTests.FaultOf(action);
}
