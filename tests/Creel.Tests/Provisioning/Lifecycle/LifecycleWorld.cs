using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning;
using Creel.Server.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>A gateway, what is wanted there, and what Creel keeps of it; each call of any of them may be the last.</summary>
internal sealed class LifecycleWorld
{
    public SimulatedGateway Gateway { get; } = new();

    public MemoryProvisions Store { get; } = new();

    public MemoryTokens Tokens { get; } = new();

    public List<(string Agent, WakeReason Reason)> Wakes { get; } = [];

    /// <summary>Of the wakes that had some.</summary>
    public List<string> FirstWords { get; } = [];

    /// <summary>What was kept on this machine.</summary>
    public List<(string? Gateway, string Workspace, string Name, string Text)> Copies { get; } = [];

    public List<DesiredAgent> Desired { get; } = [];

    public List<DesiredProblem> Problems { get; } = [];

    /// <summary>Null: it is reached.</summary>
    public Fault? Unreached { get; set; }

    /// <summary>What opens the gateway.</summary>
    public List<string> Secrets { get; } = [];

    /// <summary>Why no copies are kept; null: they are.</summary>
    public Fault? NoCopies { get; set; }

    public LifecyclePorts Ports =>
        new()
        {
            Habitat = () => Habitat,
            Desired = (_, gateway, _) =>
                gateway == "prod" ? new DesiredReading([.. Desired], [.. Problems]) : new DesiredReading([], []),
            ReachAsync = (name, _, _) =>
                Unreached is null
                    ? Task.FromResult(new GatewayReach(name, Gateway) { Secrets = Secrets })
                    : throw new CreelException(Unreached),
            Store = Store,
            Tokens = Tokens,
            Wakes = new ListedWakes(this),
            Mirror = (gateway, workspace, name, text) =>
            {
                if (NoCopies is { } fault)
                {
                    throw new CreelException(fault);
                }

                Copies.Add((gateway, workspace, name, text));
            },
            Chance = () => 0.5,
        };

    private static HabitatModel Habitat { get; } =
        HabitatReader
            .Read(
                new HabitatInput
                {
                    Main = new HabitatSource(
                        "habitat.json5",
                        "{ name: 'x', gateways: { prod: { url: 'ws://127.0.0.1:1' } }, agents: { list: [{ id: 'main' }] } }"
                    ),
                    HomeFolder = "/root",
                }
            )
            .Required();

    public Provisioner Provisioner(CancellationToken stopping = default, TimeProvider? time = null) =>
        new(Ports, time ?? TimeProvider.System, NullLogger.Instance, stopping);

    /// <summary>Runs to its end, and answers with what happened.</summary>
    public async Task<IReadOnlyList<ProvisionEvent>> RunAsync(
        ProvisionOptions? options = null,
        ProvisionScope? scope = null,
        Provisioner? by = null
    )
    {
        var events = new List<ProvisionEvent>();
        var run = (by ?? Provisioner()).RunAsync(["prod"], scope ?? ProvisionScope.All, options ?? ProvisionOptions.Usual);
        await foreach (var happened in run)
        {
            events.Add(happened);
        }

        return events;
    }

    public async Task<ProvisionPlan> PlanAsync(ProvisionOptions? options = null, ProvisionScope? scope = null)
    {
        var plans = await Provisioner()
            .PlanAsync(["prod"], scope ?? ProvisionScope.All, options ?? ProvisionOptions.Usual, default);
        return plans.Single().Plan!;
    }

    public static DesiredAgent Agent(string id, params (string Name, string Text)[] files) =>
        new()
        {
            Agent = AgentId.Parse(id),
            Gateway = "prod",
            Kind = AgentKind.Standalone,
            Registration = new AgentRegistration($"mc-{id}", id, $"/w/{id}", new JsonObject { ["every"] = "10m" }),
            Session = $"agent:mc-{id}:main",
            Files =
                files.Length > 0
                    ? [.. files.Select(f => KeyValuePair.Create(f.Name, f.Text))]
                    :
                    [
                        KeyValuePair.Create("AGENTS.md", "# agents"),
                        KeyValuePair.Create("BOOTSTRAP.md", "# begin"),
                        KeyValuePair.Create("SOUL.md", $"# soul of {id}"),
                        KeyValuePair.Create("TOOLS.md", $"AUTH_TOKEN={DesiredAgent.TokenMark}\n"),
                        KeyValuePair.Create("USER.md", "# marge"),
                    ],
        };

    public void Change(string id, Func<DesiredAgent, DesiredAgent> change)
    {
        var at = Desired.FindIndex(d => d.Agent.Value == id);
        Desired[at] = change(Desired[at]);
    }

    /// <summary>With another text of one file.</summary>
    public void Change(string id, string file, string text) =>
        Change(id, d => d with { Files = [.. d.Files!.Where(f => f.Key != file), KeyValuePair.Create(file, text)] });

    private sealed class ListedWakes(LifecycleWorld world) : IWakes
    {
        public ValueTask WakeAsync(DesiredAgent agent, WakeReason reason, string? firstWords, CancellationToken cancel = default)
        {
            world.Gateway.Before("wake");
            lock (world.Wakes)
            {
                world.Wakes.Add((agent.Agent.Value, reason));
                if (firstWords is not null)
                {
                    world.FirstWords.Add(firstWords);
                }
            }

            return default;
        }
    }
}
