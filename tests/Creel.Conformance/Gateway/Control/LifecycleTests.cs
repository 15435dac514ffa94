using System.Collections.Concurrent;
using System.Diagnostics;
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
using Creel.Tests.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Creel.Conformance.Gateway.Control;

/// <summary>Agents provisioned, brought up to date and taken away on real gateways, by one Creel and by two at once.</summary>
public sealed class LifecycleTests(ITestOutputHelper output)
{
    [RealGatewayFact(RealGatewayFactAttribute.New)]
    public Task On_the_newest() => LivesAsync(RealGatewayFactAttribute.New, "AGENTS.md", count: 50);

    [RealGatewayFact(RealGatewayFactAttribute.Old)]
    public Task On_the_older() => LivesAsync(RealGatewayFactAttribute.Old, "TOOLS.md", count: 20);

    [RealGatewayFact(RealGatewayFactAttribute.New)]
    public async Task Two_Creels_at_one_gateway_lose_no_agent()
    {
        const int Rounds = 100;
        await using var gateway = await RealGateway.StartAsync(RealGatewayFactAttribute.New);
        await using var one = new Side(gateway, "one");
        await using var other = new Side(gateway, "other");
        for (var round = 0; round < Rounds; round++)
        {
            one.Want($"a{round % 10}", heartbeat: $"{round + 5}m");
            other.Want($"b{round % 10}", heartbeat: $"{round + 5}m");
            await Task.WhenAll(one.RunAsync(), other.RunAsync());
        }

        await using var line = gateway.Client();
        var plane = new OpenClawControlPlane(line, TimeProvider.System);
        var roster = await plane.ReadRosterAsync();
        foreach (var side in new[] { one, other })
        {
            side.Store.All.ShouldAllBe(r => r.Standing == Standing.Provisioned);
            foreach (var agent in side.Desired)
            {
                roster.Agents.Keys.ShouldContain(agent.Registration.Id);
                EntryChange.Differs(roster.Agents[agent.Registration.Id], agent.Registration.Entry, roster.Shape).ShouldBeFalse();
            }
        }
    }

    private async Task LivesAsync(string variable, string tokenFile, int count)
    {
        await using var gateway = await RealGateway.StartAsync(variable);
        await using var side = new Side(gateway, "one");
        for (var i = 0; i < count; i++)
        {
            side.Want($"agent{i}", "30m");
        }

        var first = await side.RunAsync();
        output.WriteLine(
            $"{count} agents × 8 files in {first.Elapsed.TotalSeconds:0.0} s, {side.Calls} calls, {side.Line.Figures.Connections} connections"
        );
        first.Ends.Where(e => !e.IsWell).Select(e => e.Record.Error?.ToString()).ShouldBeEmpty();
        side.Store.All.Count.ShouldBe(count);

        // The second time is a look.
        side.Reset();
        var second = await side.RunAsync();
        output.WriteLine($"again: {second.Elapsed.TotalMilliseconds:0} ms, {side.Calls} calls, {side.Writes} of them write");
        side.Writes.ShouldBe(0, string.Join(' ', side.Written));
        side.Calls.ShouldBeLessThanOrEqualTo(count + 2, side.Looks);
        second.Ok.ShouldBeTrue();

        // Each has a token that holds, where it reads it.
        var plane = new OpenClawControlPlane(side.Line, TimeProvider.System);
        foreach (var agent in side.Desired.Take(3))
        {
            var text = await plane.ReadAgentFileAsync(agent.Registration.Id, tokenFile);
            AgentToken.Find(text!, agent.Agent).ShouldBe(side.Tokens.Of(agent.Agent.Value));
        }

        // One text changes for all, one agent goes.
        side.Say("# another soul");
        side.Desired.RemoveAt(0);
        var third = await side.RunAsync(new ProvisionOptions { Prune = true });
        third.Ends.Where(e => !e.IsWell).Select(e => e.Record.Error?.ToString()).ShouldBeEmpty();
        (await plane.ReadRosterAsync()).Agents.Keys.ShouldNotContain("mc-agent0");
        (await plane.ReadAgentFileAsync("mc-agent1", "SOUL.md")).ShouldBe("# another soul");
        side.Store.All.Count.ShouldBe(count - 1);
    }

    /// <summary>One Creel at a gateway.</summary>
    private sealed class Side : IAsyncDisposable
    {
        private readonly RealGateway gateway;
        private readonly CountedLine counted;
        private readonly Provisioner provisioner;
        private string soul = "# a soul";

        public Side(RealGateway gateway, string name)
        {
            this.gateway = gateway;
            Line = gateway.Client();
            counted = new CountedLine(Line);
            var plane = new OpenClawControlPlane(counted, TimeProvider.System);
            provisioner = new Provisioner(
                new LifecyclePorts
                {
                    Habitat = () => Habitat,
                    Desired = (_, _, _) => new DesiredReading([.. Desired], []),
                    ReachAsync = (_, _, _) => Task.FromResult(new GatewayReach("prod", plane)),
                    Store = Store,
                    Tokens = Tokens,
                    Wakes = new Sleepers(),
                },
                TimeProvider.System,
                NullLogger.Instance,
                CancellationToken.None
            );
        }

        public GatewayClient Line { get; }

        public MemoryProvisions Store { get; } = new();

        public MemoryTokens Tokens { get; } = new();

        public List<DesiredAgent> Desired { get; } = [];

        public int Calls => counted.Calls.Count;

        public IReadOnlyList<string> Written =>
            [.. counted.Calls.Where(c => c is not ("config.get" or "agents.list" or "agents.files.list" or "agents.files.get"))];

        /// <summary>How often each call was made.</summary>
        public string Looks => string.Join(", ", counted.Calls.CountBy(c => c).Select(c => $"{c.Value} {c.Key}"));

        public int Writes => Written.Count;

        public void Reset() => counted.Calls.Clear();

        public void Say(string text)
        {
            soul = text;
            foreach (var agent in Desired.ToList())
            {
                Want(agent.Agent.Value, (string)agent.Registration.Heartbeat["every"]!);
            }
        }

        public void Want(string id, string heartbeat)
        {
            Desired.RemoveAll(d => d.Agent.Value == id);
            Desired.Add(Made(id, heartbeat));
        }

        public async Task<ProvisionEvent.Done> RunAsync(ProvisionOptions? options = null)
        {
            ProvisionEvent.Done? done = null;
            await foreach (var happened in provisioner.RunAsync(["prod"], ProvisionScope.All, options ?? ProvisionOptions.Usual))
            {
                done = happened as ProvisionEvent.Done ?? done;
            }

            return done!;
        }

        public ValueTask DisposeAsync() => Line.DisposeAsync();

        private DesiredAgent Made(string id, string heartbeat) =>
            new()
            {
                Agent = AgentId.Parse(id),
                Gateway = "prod",
                Kind = AgentKind.Standalone,
                Registration = new AgentRegistration(
                    $"mc-{id}",
                    $"Agent {id}",
                    Path.Combine(gateway.Workspaces, $"workspace-mc-{id}"),
                    new JsonObject
                    {
                        ["every"] = heartbeat,
                        ["target"] = "none",
                        ["includeReasoning"] = false,
                    }
                ),
                Session = $"agent:mc-{id}:main",
                Files =
                [
                    .. FileRules.Ours.Select(f =>
                        KeyValuePair.Create(
                            f,
                            f == "TOOLS.md" ? $"AUTH_TOKEN={DesiredAgent.TokenMark}"
                                : f == "SOUL.md" ? soul
                                : $"# {f} of {id}"
                        )
                    ),
                ],
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
    }

    private sealed class Sleepers : IWakes
    {
        public ValueTask WakeAsync(
            DesiredAgent agent,
            WakeReason reason,
            string? firstWords,
            CancellationToken cancel = default
        ) => default;
    }

    private sealed class CountedLine(IGatewayLine line) : IGatewayLine
    {
        public ConcurrentQueue<string> Calls { get; } = [];

        public GatewayAccess Access => line.Access;

        public LineFigures Figures => line.Figures;

        public event Action<string, System.Text.Json.JsonElement>? Heard
        {
            add => line.Heard += value;
            remove => line.Heard -= value;
        }

        public Task<GatewayHello> HelloAsync(CancellationToken cancel = default) => line.HelloAsync(cancel);

        public Task<System.Text.Json.JsonElement> CallAsync(
            string method,
            JsonObject? parameters = null,
            CallManner? manner = null,
            CancellationToken cancel = default
        )
        {
            Calls.Enqueue(method);
            return line.CallAsync(method, parameters, manner, cancel);
        }

        public Task RestartedAsync(TimeSpan within, CancellationToken cancel = default) => line.RestartedAsync(within, cancel);

        public ValueTask DisposeAsync() => line.DisposeAsync();
    }
}
