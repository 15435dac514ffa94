using System.Net;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.OpenSsl;
using Creel.Adapters.Sqlite;
using Creel.Commands;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Creel.Server.Audits;
using Creel.Server.Cells;
using Creel.Server.Gateway.Channels;
using Creel.Server.Gateway.Protocol;
using Creel.Server.Gateway.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Roots;

/// <summary>The gateway by what the habitat in force says of it, and by what <c>creel serve</c> was told.</summary>
internal sealed class GatewayRoot(
    CreelHome home,
    ServeOptions options,
    GatewayPorts ports,
    string version,
    ILoggerFactory logs,
    TimeProvider time
)
{
    /// <summary>What the habitat's secrets may be taken from; by name.</summary>
    public required Func<string, string?> Variables { get; init; }

    public static GatewayPorts Ports(
        CellsHost cells,
        SessionsHost sessions,
        ChannelsHost channels,
        SqliteStore store,
        AuditTrail audit
    ) =>
        new()
        {
            Habitat = () => cells.Habitat,
            Turns = sessions.Turns,
            Sessions = sessions.Sessions,
            Files = new WorkspaceFiles(cells.Place),
            Roster = new HabitatRoster(cells.Config),
            Settings = new HabitatSettings(cells.Config),
            Devices = store.Devices,
            Signatures = new Ed25519(),
            State = agent => cells.Place(agent)?.State,
            Channels = channels,
            Audit = audit,
        };

    private GatewayModel Model => ports.Habitat()?.Gateway.Gateway ?? new GatewayModel();

    public GatewayDoor Door() => new(Open);

    /// <summary>Opens it; a gateway that can't be opened does not keep the rest from running.</summary>
    public async Task StartAsync(GatewayDoor door, CancellationToken cancel)
    {
        var log = logs.CreateLogger("gateway");
        try
        {
            await door.StartAsync(cancel);
            log.LogInformation("the gateway is open at {Url}", door.Host!.Url);
        }
        catch (CreelException e)
        {
            log.LogError("the gateway is closed, and all else goes on: {Fault}", e.Fault);
        }
    }

    /// <summary>The shared secret and where it is from; null where there is none.</summary>
    public (string Secret, string Source)? Shown()
    {
        var auth = Model.Auth;
        return auth.Mode switch
        {
            GatewayAuthMode.Token => Find(auth.Token) is { } token
                ? (token, "gateway.auth.token of the habitat")
                : (home.GatewayToken(), home.GatewayTokenFile),
            GatewayAuthMode.Password when Find(auth.Password) is { } password => (
                password,
                "gateway.auth.password of the habitat"
            ),
            _ => null,
        };
    }

    private GatewayHost Open(int? port) =>
        new(
            new GatewayConfig
            {
                Address = Address(Model),
                Port = port ?? options.GatewayPort ?? Model.Port ?? GatewayModel.UsualPort,
                Secret = Secret,
                HostNames = options.HostNames,
                Origins = () => Model.ControlUi.AllowedOrigins,
                Version = version,
                StateFolder = home.Folder,
                Attempts = Model.Auth.MaxAttempts,
                Lockout = Model.Auth.Lockout,
                MaxConnections = OpenFiles.ConnectionsEachPort(),
            },
            ports,
            time,
            logs.CreateLogger("gateway")
        );

    private SharedSecret Secret()
    {
        var auth = Model.Auth;
        return auth.Mode switch
        {
            // Written out, and on this machine alone: Address refuses it elsewhere.
            GatewayAuthMode.None => SharedSecret.Open,
            GatewayAuthMode.Password => Find(auth.Password) is { } password
                ? SharedSecret.Password(password)
                : new SharedSecret(SharedSecretKind.Password, null),
            _ => SharedSecret.Token(Find(auth.Token) ?? home.GatewayToken()),
        };
    }

    private static IPAddress Address(GatewayModel model)
    {
        if (model.Auth.Mode == GatewayAuthMode.TrustedProxy)
        {
            throw Refused("gateway.auth.mode 'trusted-proxy' is not served here", "Say mode: \"token\" or \"password\".");
        }

        var address = model.Bind switch
        {
            "loopback" or "auto" => IPAddress.Loopback,
            "lan" => IPAddress.Any,
            "custom" when IPAddress.TryParse(model.CustomBindHost, out var said) => said,
            "custom" => throw Refused("gateway.customBindHost is no address", "Write it as an IP address."),
            _ => throw Refused(
                $"gateway.bind '{model.Bind}' is not served here",
                "Say bind: \"loopback\", \"lan\" or \"custom\"."
            ),
        };
        return model.Auth.Mode == GatewayAuthMode.None && !IPAddress.IsLoopback(address)
            ? throw Refused(
                $"the gateway would be open to everybody who reaches {address}",
                "Set gateway.auth.token, or gateway.bind: \"loopback\"."
            )
            : address;
    }

    private string? Find(SecretSource? source)
    {
        var lookup = ports.Habitat() is { } habitat ? HabitatLookup.Of(habitat, Variables) : Variables;
        return source?.Find(lookup, path => File.Exists(path) ? File.ReadAllText(path) : null);
    }

    private static CreelException Refused(string message, string remedy) => new(Fault.Refused("gateway-bind", message, remedy));
}
