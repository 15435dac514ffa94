using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Server.Provisioning;
using Creel.Tests.Provisioning;
using Creel.Tests.Provisioning.Lifecycle;
using Shouldly;

namespace Creel.Conformance.Gateway.Control;

/// <summary>Agents of a real OpenClaw are taken in as they are, and its configuration stays as it was.</summary>
public sealed class RealImportTests
{
    [RealGatewayFact(RealGatewayFactAttribute.New)]
    public Task From_the_newest() => OnAsync(RealGatewayFactAttribute.New);

    [RealGatewayFact(RealGatewayFactAttribute.Old)]
    public Task From_the_older() => OnAsync(RealGatewayFactAttribute.Old);

    private static async Task OnAsync(string variable)
    {
        await using var gateway = await RealGateway.StartAsync(variable);
        await using var line = gateway.Client();
        var plane = new OpenClawControlPlane(line, TimeProvider.System);
        var heartbeat = new JsonObject { ["every"] = "45m", ["target"] = "none" };
        await plane.UpsertAgentsAsync([new AgentRegistration("lisa", "Lisa S", $"{gateway.Workspaces}/lisa", heartbeat)]);
        var before = await HashAsync(line);
        var habitat = new HabitatOfOneText($"{{ agents: {{ list: [] }}, gateways: {{ prod: {{ url: '{gateway.Url}' }} }} }}");
        var ports = new ProvisioningPorts
        {
            Habitat = () => habitat.Model,
            Config = habitat,
            Secrets = new NoSecrets(),
            Tokens = new MemoryTokens(),
            Open = _ => gateway.Client(),
            Plane = (line, mode) => new OpenClawControlPlane(line, TimeProvider.System, mode),
            Turns = _ => throw new NotSupportedException(),
            TryAsync = (_, _) => Task.FromResult<IReadOnlyList<GatewayStep>>([]),
        };
        await using var gateways = new ForeignGateways(ports);
        var import = new AgentImport(gateways, ports);

        var first = await import.RunAsync("prod", [], null, plan: false, "admin", default);

        first.Told.ShouldBeEmpty();
        first.New.Select(a => a.Key).ShouldBe(["lisa", "main"]);
        var lisa = habitat.Model.ForeignGateways["prod"].Agents.Single(a => a.Id.Value == "lisa");
        (lisa.Name, lisa.Session, lisa.Workspace, lisa.Files).ShouldBe(
            ("Lisa S", "agent:lisa:main", $"{gateway.Workspaces}/lisa", false)
        );
        JsonNode.DeepEquals(JsonObject.Create(lisa.Heartbeat!.Value), heartbeat).ShouldBeTrue();
        (await import.RunAsync("prod", [], null, plan: false, "admin", default)).Known.ShouldBe(["lisa", "main"]);

        // What the habitat wants of her is what is there already.
        var wanted = DesiredAgents.Of(
            habitat.Model,
            "prod",
            ProvisioningMode.Ours,
            null,
            new FileRenderer(ProvisioningMode.Ours, OurTemplates.Find)
        );
        wanted.Agents.ShouldAllBe(a => a.Files == null);
        await plane.UpsertAgentsAsync([wanted.Agents.Single(a => a.Agent.Value == "lisa").Registration]);
        (await HashAsync(line)).ShouldBe(before);
    }

    private static async Task<string> HashAsync(GatewayClient line) =>
        (await line.CallAsync("config.get")).GetProperty("hash").GetString()!;

    private sealed class NoSecrets : IGatewaySecrets
    {
        public GatewaySecret? Find(string gateway) => null;

        public void Set(string gateway, GatewaySecret secret) => throw new NotSupportedException();

        public Uri? Address(string gateway) => null;

        public void Keep(string gateway, Uri address) { }

        public void Remove(string gateway) => throw new NotSupportedException();

        public IDeviceKey Device() => throw new NotSupportedException();
    }
}
