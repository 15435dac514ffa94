using Creel.Adapters.OpenSsl;
using Creel.Core.Gateway;
using Creel.Server.Audits;
using Creel.Server.Gateway.Protocol;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Gateway.Protocol.World;

/// <summary>A gateway on a port of its own, before a habitat in memory.</summary>
internal sealed class GatewayWorld : IAsyncDisposable
{
    public const string Token = "the-token-of-the-tests";

    private readonly MemoryAudit book = new();
    private readonly AuditTrail audit;

    private GatewayWorld(Func<GatewayConfig, GatewayConfig> adapt, TimeProvider time, string[] agents, ILogger? log)
    {
        Habitat = new MemoryHabitat(agents);
        Sessions = new MemorySessions(() => Habitat.Model);
        Files = new MemoryFiles(agent => Habitat.Model.Find(agent)?.Workspace);
        audit = new AuditTrail(book, time, NullLogger.Instance);
        var config = adapt(
            new GatewayConfig
            {
                Port = 0,
                Secret = () => SharedSecret.Token(Token),
                Version = "1.2.3",
                StateFolder = "/home/.creel",
            }
        );
        Ports = new GatewayPorts
        {
            Channels = new NoChannels(),
            Habitat = () => Habitat.Model,
            Turns = Turns,
            Sessions = Sessions,
            Files = Files,
            Roster = Habitat,
            Settings = Habitat,
            Devices = Devices,
            Signatures = new Ed25519(),
            Audit = audit,
        };
        Host = new GatewayHost(config, Ports, time, log ?? NullLogger.Instance);
    }

    public GatewayHost Host { get; }

    public GatewayPorts Ports { get; }

    public MemoryHabitat Habitat { get; }

    public MemorySessions Sessions { get; }

    public MemoryFiles Files { get; }

    public MemoryTurns Turns { get; } = new();

    public MemoryDevices Devices { get; } = new();

    public Uri Url => new($"ws://127.0.0.1:{Host.Port}/");

    public static async Task<GatewayWorld> StartAsync(
        Func<GatewayConfig, GatewayConfig>? adapt = null,
        TimeProvider? time = null,
        string[]? agents = null,
        ILogger? log = null
    )
    {
        var world = new GatewayWorld(adapt ?? (c => c), time ?? TimeProvider.System, agents ?? ["main", "smith"], log);
        await world.Host.StartAsync();
        return world;
    }

    /// <summary>What the audit has, in the order in which it was written.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync()
    {
        await audit.FlushAsync(CancellationToken.None);
        return
        [
            .. (await book.ReadAsync(0, 1000)).Select(r =>
                $"{r.Entry.Actor} {r.Entry.Action} {r.Entry.Target} {r.Entry.Outcome}"
            ),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await audit.DisposeAsync();
    }
}
