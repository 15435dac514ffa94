using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning;
using Creel.Server.Provisioning.Lifecycle;
using Creel.Tests.OpenClaw;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>
/// A whole run in the original's manner, from the habitat to the wire, against what was recorded of the original. Not in it are the traces of
/// single verbs that no run says alone: <c>cleanup…</c> and <c>sync_heartbeats…</c>.
/// </summary>
public sealed class RecordedSeedRunTests
{
    private const string Gateway = "00000000-0000-0000-0000-0000000000aa";
    private const string Alice = "00000000-0000-0000-0000-0000000000cc";
    private const string Board = "00000000-0000-0000-0000-0000000000bb";

    [RecordedProvisioningFact]
    public async Task Each_sequence_of_a_run_is_the_recorded_one()
    {
        var seen = 0;
        foreach (var trace in RecordedProvisioningFactAttribute.Cases["rpc_traces_seed"]!.AsArray())
        {
            if ((string)trace!["case"]! is var name && !name.StartsWith("cleanup") && !name.StartsWith("sync_heartbeats"))
            {
                await CheckAsync(name, trace.AsObject());
                seen++;
            }
        }

        seen.ShouldBe(8);
    }

    private static async Task CheckAsync(string name, JsonObject trace)
    {
        var calls = new List<(string Method, JsonObject Params)>();
        await using var peer = FakeGateway.Answering(call =>
        {
            calls.Add((call.Method, call.Params));
            return Answer(name, call);
        });
        await using var client = peer.Client();
        var world = new LifecycleWorld();
        var habitat = Wanted(name);
        var plane = new OpenClawControlPlane(client, TimeProvider.System, ProvisioningMode.Seed);
        var ports = world.Ports with
        {
            Habitat = () => habitat,
            Desired = Desired,
            ReachAsync = async (gateway, _, cancel) =>
            {
                await client.HelloAsync(cancel);
                return new GatewayReach(gateway, plane);
            },
        };
        var provisioner = new Provisioner(ports, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        var options = new ProvisionOptions
        {
            Mode = ProvisioningMode.Seed,
            Asks = name.EndsWith("with_reset") ? ProvisionAsks.ResetSession : ProvisionAsks.None,
        };

        ProvisionEvent.Done? done = null;
        await foreach (var happened in provisioner.RunAsync([Gateway], ProvisionScope.All, options))
        {
            done = happened as ProvisionEvent.Done ?? done;
        }

        var end = done!.Ends.ShouldHaveSingleItem(name);
        (end.Record.Error?.Message ?? "").ShouldContain((string?)trace["error"]?["message"] ?? "", Case.Sensitive, name);
        end.IsWell.ShouldBe(trace["error"] is null, name);
        var expected = trace["calls"]!.AsArray().Select(c => c!.AsObject()).ToList();
        calls.Select(c => c.Method).ShouldBe(expected.Select(c => (string)c["method"]!), name);
        var token = world.Tokens.Of(end.Record.Agent.Value).LastOrDefault() ?? "none";
        foreach (var ((method, parameters), wanted) in calls.Zip(expected))
        {
            var (got, said) = (parameters, wanted["params"]?.DeepClone().AsObject() ?? []);
            if (method == "config.patch")
            {
                got["raw"] = JsonNode.Parse((string)got["raw"]!);
                said["raw"] = said["raw_parsed"]!.DeepClone();
                said.Remove("raw_parsed");
            }

            JsonNode
                .DeepEquals(JsonNode.Parse(got.ToJsonString().Replace(token, "tok-123", StringComparison.Ordinal)), said)
                .ShouldBeTrue($"{name}: {method}\n{got.ToJsonString()}\n{said.ToJsonString()}");
        }
    }

    private static DesiredReading Desired(HabitatModel habitat, string? gateway, ProvisioningMode mode)
    {
        var templates = RecordedProvisioningFactAttribute.Cases["test_templates"]!;
        return DesiredAgents.Of(habitat, gateway, mode, null, new FileRenderer(mode, name => (string?)templates[name]));
    }

    private static HabitatModel Wanted(string name)
    {
        var main = name == "provision_main_agent";
        var id = AgentId.Parse(main ? $"mc-gateway-{Gateway}" : Alice);
        var agent = new GatewayAgentModel(id, Gateway) { Name = main ? "Acme Gateway Agent" : "Alice", IsMain = main };
        var gateway = new ForeignGatewayModel(Gateway, new Uri("ws://gateway.example/ws"))
        {
            WorkspaceRoot = name == "no_workspace_root" ? null : "/srv/oc",
            BaseUrl = "http://mc.local:8000",
            Agents = [agent],
        };
        return Habitats.Habitat.Model("{}") with
        {
            ForeignGateways = new Dictionary<string, ForeignGatewayModel> { [Gateway] = gateway },
            Provisioning = new ProvisioningModel(
                new Dictionary<string, BoardModel> { [Board] = new(new BoardSheet { Id = Board, Name = "Growth" }, null, null) },
                new Dictionary<string, UserSheet>(),
                new Dictionary<AgentId, ProvisionedModel> { [id] = new() { Board = main ? null : Board } }
            ),
        };
    }

    private static FakeReply Answer(string name, FakeCall call) =>
        (name, call.Method) switch
        {
            ("update_existing_worker_with_reset", "agents.list") => FakeReply.Ok(
                """{"defaultId":"main","agents":[{"id":"main"},{"id":"alice"}]}"""
            ),
            (_, "agents.list") => FakeReply.Ok("""{"defaultId":"main","agents":[{"id":"main"}]}"""),
            (_, "agents.files.list") when (string?)call.Params["agentId"] == "main" => FakeReply.Ok(
                """{"files":[{"name":"AGENTS.md"},{"name":"BOOTSTRAP.md"},{"name":"HEARTBEAT.md"},{"name":"TOOLS.md"},{"name":"USER.md"}]}"""
            ),
            (_, "agents.files.list") => FakeReply.Ok("""{"files":[{"name":"AGENTS.md","missing":true},{"name":"USER.md"}]}"""),
            ("config_get_bad_config", "config.get") => FakeReply.Ok("""{"hash":"h1","config":"broken"}"""),
            ("config_agents_list_not_list", "config.get") => FakeReply.Ok(
                """{"hash":"h1","config":{"agents":{"list":{"a":1}}}}"""
            ),
            (_, "config.get") => FakeReply.Ok(
                """
                {"hash":"h1","config":{"channels":{"defaults":{"heartbeat":{"showOk":false,"showAlerts":true,"useIndicator":true}}},
                 "agents":{"list":[{"id":"main","default":true}]}}}
                """
            ),
            ("unsupported_file_is_skipped", "agents.files.set") when (string?)call.Params["name"] == "SELF.md" =>
                FakeReply.Refused("""unsupported file "SELF.md" """),
            ("other_set_error_aborts", "agents.files.set") => FakeReply.Refused("disk full"),
            _ => FakeReply.Ok(),
        };
}
