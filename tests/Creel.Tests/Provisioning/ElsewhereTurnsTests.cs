using Creel.Adapters.Files;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.OpenSsl;
using Creel.Core;
using Creel.Server.Provisioning;
using Creel.Tests.OpenClaw;
using Creel.Tests.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning;

/// <summary>Who has something for an agent elsewhere gets to it, or is told what to do.</summary>
public sealed class ElsewhereTurnsTests : IDisposable
{
    private static readonly AgentId Bart = AgentId.Parse("bart");

    private readonly string folder = Directory.CreateTempSubdirectory("creel-elsewhere-").FullName;
    private readonly SteppedTime time = new();
    private HabitatOfOneText habitat = null!;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_gateway_that_takes_the_connection_and_says_nothing_is_not_waited_for_for_ever()
    {
        await using var gateway = FakeGateway.Start(line => Task.Delay(Timeout.Infinite, line.Stopping));
        await using var gateways = Gateways(gateway);
        var began = time.GetUtcNow();

        var reaching = Turns(gateways).ReachAsync(Bart);
        await Eventually.Until(() =>
        {
            time.Step(TimeSpan.FromSeconds(1));
            return reaching.IsCompleted;
        });

        var fault = (await Should.ThrowAsync<CreelException>(reaching)).Fault;
        (fault.Code, fault.Message).ShouldBe(("gateway-gone", "gateway 'prod' can't be reached"));
        fault.Remedy.ShouldBe("See what is wrong: creel gateway test prod; then try again.");
        (time.GetUtcNow() - began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task One_that_lets_us_in_is_reached()
    {
        await using var gateway = FakeGateway.Answering(_ => FakeReply.Ok());
        await using var gateways = Gateways(gateway);

        await Turns(gateways).ReachAsync(Bart);

        gateway.Lines.ShouldBe(1);
    }

    [Fact]
    public async Task An_agent_that_the_habitat_has_not_elsewhere_is_told()
    {
        await using var gateway = FakeGateway.Answering(_ => FakeReply.Ok());
        await using var gateways = Gateways(gateway);

        var fault = (await Should.ThrowAsync<CreelException>(Turns(gateways).ReachAsync(AgentId.Parse("moe")))).Fault;

        (fault.Code, gateway.Lines).ShouldBe(("agent-gone", 0));
    }

    private ElsewhereTurns Turns(ForeignGateways gateways) => new(() => habitat.Model, () => gateways, time);

    private ForeignGateways Gateways(FakeGateway peer)
    {
        habitat = new HabitatOfOneText(
            $"{{ gateways: {{ prod: {{ url: '{peer.Url}', workspaceRoot: '/w', agents: {{ bart: {{}} }} }} }} }}"
        );
        return new ForeignGateways(
            new ProvisioningPorts
            {
                Habitat = () => habitat.Model,
                Config = habitat,
                Secrets = new GatewaySecretFiles(folder, (Ed25519Key.NewSecret, secret => new Ed25519Key(secret))),
                Tokens = new MemoryTokens(),
                Open = access =>
                    peer.Client(
                        terms => terms with { Greeting = TimeSpan.FromMinutes(5) },
                        _ => access with { Token = FakeGateway.Token }
                    ),
                Plane = (line, mode) => new OpenClawControlPlane(line, TimeProvider.System, mode),
                Turns = line => new OpenClawTurns(line),
                TryAsync = (_, _) => throw new NotSupportedException(),
            }
        );
    }
}
