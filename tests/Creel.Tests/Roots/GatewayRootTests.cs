using Creel.Commands;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Roots;
using Creel.Server.Audits;
using Creel.Server.Gateway.Protocol;
using Creel.Tests.Gateway.Protocol.World;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Roots;

public sealed class GatewayRootTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-gateway-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Without_a_word_it_has_a_token_of_its_own_that_stays()
    {
        var home = CreelHome.Open(folder);
        var (root, _) = Root(home, "{}");

        var (secret, source) = root.Shown()!.Value;

        secret.Length.ShouldBe(43);
        source.ShouldBe(Path.Combine(folder, "gateway.token"));
        File.GetUnixFileMode(source).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Root(home, "{}").Root.Shown()!.Value.Secret.ShouldBe(secret);
        await Task.CompletedTask;
    }

    [Fact]
    public void The_habitats_own_secret_goes_before_it()
    {
        var (root, _) = Root(CreelHome.Open(folder), """{ auth: { token: "${TOKEN}" } }""", ("TOKEN", "from-outside"));

        root.Shown().ShouldBe(("from-outside", "gateway.auth.token of the habitat"));
        File.Exists(Path.Combine(folder, "gateway.token")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{ bind: "lan", auth: { mode: "none" } }""")]
    [InlineData("""{ bind: "tailnet" }""")]
    public async Task What_would_be_open_to_all_stays_closed_and_keeps_nothing_else_from_running(string gateway)
    {
        var (root, log) = Root(CreelHome.Open(folder), gateway);
        await using var door = root.Door();

        await root.StartAsync(door, CancellationToken.None);

        door.Host.ShouldBeNull();
        log.Text.ShouldContain("the gateway is closed");
    }

    [Fact]
    public async Task A_restart_keeps_the_port_and_lets_clients_come_again()
    {
        var (root, _) = Root(CreelHome.Open(folder), "{}");
        await using var door = root.Door();
        await root.StartAsync(door, CancellationToken.None);
        var port = door.Host!.Port;

        await door.RestartAsync();

        door.Host!.Port.ShouldBe(port);
        await using var line = new Adapters.OpenClaw.GatewayClient(
            new Core.Provisioning.Gateways.GatewayAccess(new Uri(door.Host.Url)) { Token = root.Shown()!.Value.Secret },
            new Adapters.OpenClaw.LineTerms("1"),
            TimeProvider.System
        );
        (await line.HelloAsync()).Protocol.ShouldBe(4);
    }

    private static (GatewayRoot Root, LogLines Log) Root(
        CreelHome home,
        string gateway,
        params (string Name, string Value)[] variables
    )
    {
        var given = variables.ToDictionary(v => v.Name, v => v.Value);
        var input = new HabitatInput
        {
            Main = new HabitatSource(
                "habitat.json5",
                $"{{ name: 'x', agents: {{ list: [{{ id: 'main' }}] }}, gateway: {gateway} }}"
            ),
            Variables = given,
        };
        var model = HabitatReader.Read(input).Required();
        var world = new MemoryHabitat("main");
        var ports = new GatewayPorts
        {
            Channels = new NoChannels(),
            Habitat = () => model,
            Turns = new MemoryTurns(),
            Sessions = new MemorySessions(() => model),
            Files = new MemoryFiles(_ => null),
            Roster = world,
            Settings = world,
            Devices = new MemoryDevices(),
            Signatures = new Adapters.OpenSsl.Ed25519(),
            Audit = new AuditTrail(new MemoryAudit(), TimeProvider.System, NullLogger.Instance),
        };
        var options = new ServeOptions("/home", 0, 0, 0, null, false, [], false);
        var log = new LogLines();
        var logs = new Microsoft.Extensions.Logging.LoggerFactory([log]);
        return (
            new GatewayRoot(home, options, ports, "1", logs, TimeProvider.System)
            {
                Variables = name => given.GetValueOrDefault(name),
            },
            log
        );
    }
}
