using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Creel.Adapters.Bubblewrap;
using Creel.Adapters.Docker;
using Creel.Adapters.Files;
using Creel.Adapters.Host;
using Creel.Adapters.Linux;
using Creel.Adapters.Loopback;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.OpenSsl;
using Creel.Adapters.Sqlite;
using Creel.Adapters.Systemd;
using Creel.Adapters.Telegram;
using Creel.Adapters.WebChat;
using Creel.Commands;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Isolation;
using Creel.Server.Audits;
using Creel.Server.Cells;
using Creel.Server.Gateway.Channels;
using Creel.Server.Gateway.Protocol;
using Creel.Server.Gateway.Sessions;
using Creel.Server.Hub;
using Creel.Server.Outbound;
using Creel.Server.Provisioning;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Creel.Roots;

/// <summary>Puts <c>creel serve</c> together, runs it, and takes it apart in the opposite order.</summary>
internal static class ServeRoot
{
    public static async Task<int> RunAsync(ServeOptions options, CancellationToken cancel)
    {
        StartSettings.Ensure();
        OwnMemory.Close();
        var home = CreelHome.Open(options.Home);
        var run = RunFolder.Choose(home.Folder, options.RunFolder, UnixUser.IsRoot);
        var fresh = RunFolder.Own(run);
        try
        {
            return await RunAsync(options, home, run, cancel);
        }
        catch when (fresh)
        {
            // It never came up: nothing is in there.
            RunFolder.Remove(run);
            throw;
        }
    }

    private static async Task<int> RunAsync(ServeOptions options, CreelHome home, string run, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var runtime = RuntimeFile.Find();
        await using var store = await SqliteStore.OpenAsync(home.Database, cancel: cancel);

        var web = new WebConfig
        {
            HttpPort = options.HttpPort,
            SocketPort = options.WsPort,
            OwnSocket = home.Socket(run),
            AdminTokenHash = SHA256.HashData(Encoding.UTF8.GetBytes(home.AdminToken())),
            OldUnauthenticated = options.UnauthenticatedOldApi,
            MaxConnections = OpenFiles.ConnectionsEachPort(),
        };
        var builder = CreelWeb.Create(web, time);
        Log(builder, options.Json);
        using var logs = LoggerFactory.Create(logging => Log(logging, options.Json));

        var uids = await ClaimUidsAsync(home, time, logs, cancel);
        CellsHost? cells = null;
        var hubConfig = new HubConfig
        {
            OldUnauthenticated = options.UnauthenticatedOldApi,
            Bridge = () => cells!.Bridge,
            Usage = c => cells!.UsageAsync(c),
        };
        await using var audit = new AuditTrail(store.Audit, time, logs.CreateLogger("audit"));
        var ports = new HubPorts(store.Tasks, store.Letters, store.Agents, audit);
        await using var hub = new HubHost(hubConfig, ports, time, logs.CreateLogger("hub"));
        var variables = HabitatVariables.Of(Surroundings(), options.Env);
        using var habitats = Habitats(time, variables);
        var proxyFiles = ProxyFiles.Of(home, run, uids);
        cells = new CellsHost(
            new CellsConfig
            {
                ProxyUid = proxyFiles.User?.Uid,
                AuthorityFile = proxyFiles.Authority,
                Home = home.Folder,
                RunFolder = run,
                RuntimeFile = runtime,
                Instance = home.Instance(),
                FirstUid = uids,
            },
            Drivers(run),
            store.Cells,
            new WritableFolders(),
            habitats,
            hub.Doors,
            audit,
            store.Tasks,
            time,
            logs.CreateLogger<CellsHost>(),
            new DesiredFile(home.DesiredFile)
        );

        using var proxyLink = new ProxyLink(proxyFiles.Control);
        var lessons = new Lessons(time);
        await using var proxy = proxyFiles.Keeper(proxyLink, () => lessons.In(cells.Outbound), Version, time, logs);
        (cells.AllowAsync, cells.Untold) = (proxy.TellAsync, () => proxy.Trouble);
        var warnings = new BudgetWarnings(
            audit,
            time,
            logs.CreateLogger("budgets"),
            () => File.Exists(home.WarnedFile) ? File.ReadAllText(home.WarnedFile) : null,
            text => WholeFile.Write(home.WarnedFile, text)
        );
        (proxy.SeeAsync, cells.Warnings) = (warnings.SeeAsync, warnings.Of);
        cells.ProxyAsync = c => proxyFiles.PlaceAsync(proxyLink, cells.Outbound, c);
        var talk = new SessionsConfig
        {
            Settings = new SettingsInForce(() => cells.Habitat).Now,
            Files = new WorkspaceFiles(cells.Place),
        };
        await using var sessions = new SessionsHost(
            talk,
            store.Sessions,
            new CellTranscripts(cells.Place),
            hub.Dispatcher,
            hub.Watch,
            audit,
            time,
            logs.CreateLogger("sessions")
        );
        await using var channels = new ChannelsHost(
            new ChannelsConfig(),
            new ChannelPorts(
                Messengers(time),
                store.Messages,
                store.Pairings,
                new AccountTokenFiles(home.TokenFolder),
                sessions.Turns,
                sessions.Sessions,
                () => cells.Habitat,
                Variable(options.Env),
                audit
            ),
            time,
            logs.CreateLogger("channels")
        );
        talk.DeliverAsync = async (agent, to, text) =>
            await channels.SayAsync(
                agent,
                ChannelAccount.Of(to.Channel, to.AccountId),
                new OutboundMessage(to.Peer!, text) { ThreadId = to.ThreadId }
            );
        var gateway = new GatewayRoot(
            home,
            options,
            new GatewayPorts
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
            },
            Version,
            logs,
            time
        )
        {
            Variables = name => variables.Given.GetValueOrDefault(name),
        };
        await using var door = gateway.Door();
        await using var foreign = new ForeignGateways(
            GatewayLines.Ports(home, () => cells.Habitat, cells.Config, time, logs.CreateLogger("gateways"))
        );
        hub.AddTo(builder);
        await using var app = CreelWeb.Build(builder);
        hub.Map(app);
        cells.Map(app);
        new GatewayRoutes(door, gateway.Shown, audit).Map(app);
        new ForeignGatewayRoutes(foreign, audit).Map(app);
        sessions.Map(app, hub.Doors);
        channels.Map(app);
        new ProxyRoutes(proxyLink, proxy, proxyFiles.Control, cells.Outlet).Map(app);
        new SpendRoutes(proxyLink, audit, cells.Outlet).Map(app);
        new EgressRoutes(proxyLink, proxy, lessons, cells.Outlet, cells.OwnOutlet, audit, time).Map(app);
        await hub.StartAsync(cancel);

        // One that a killed serve left there would lead to us before the cells are known again.
        home.RemoveEndpoint();
        var bound = await CreelWeb.StartAsync(app, cancel);
        await cells.AdoptAsync(cancel);
        await sessions.StartAsync(cancel);
        await proxy.StartAsync(cancel);
        await channels.StartAsync(cancel);
        await gateway.StartAsync(door, cancel);
        home.WriteEndpoint($"http://127.0.0.1:{bound[0]}", $"ws://127.0.0.1:{bound[1]}", web.OwnSocket, Version);
        logs.CreateLogger("serve")
            .LogInformation(
                "creel {Version} is up on 127.0.0.1:{Http} and :{Ws}; its home is {Home}",
                Version,
                bound[0],
                bound[1],
                home.Folder
            );
        var settling = cells.KeepSettlingAsync(cancel);
        var watching = cells.WatchHabitatAsync(cancel);
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }

        home.RemoveEndpoint();
        File.Delete(web.OwnSocket);
        await settling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cells.LetGo();
        await door.DisposeAsync();
        await channels.DisposeAsync();
        await sessions.StopAsync();
        await hub.StopAsync();
        await app.StopAsync(CancellationToken.None);
        if (cells.IsEmpty)
        {
            await proxy.EndProxyAsync();
            RunFolder.Remove(run);
        }

        return ExitCodes.Ok;
    }

    private static async Task<int?> ClaimUidsAsync(
        CreelHome home,
        TimeProvider time,
        ILoggerFactory logs,
        CancellationToken cancel
    )
    {
        if (!UnixUser.IsRoot)
        {
            return null;
        }

        var (first, warning) = await new UidRegistry().ClaimAsync(home.Folder, time, cancel);
        if (warning is not null)
        {
            logs.CreateLogger("serve").LogWarning("{Warning}", warning);
        }

        return first;
    }

    /// <summary>In the order of preference within a level.</summary>
    public static IReadOnlyList<IIsolationDriver> Drivers(string run)
    {
        var linux = new LinuxOptions(run);
        return
        [
            new HostDriver(linux),
            new BubblewrapDriver(linux),
            new SystemdDriver(linux),
            new DockerDriver(new DockerOptions(linux)),
        ];
    }

    /// <summary>Those that there is an adapter for.</summary>
    private static IReadOnlyList<IChannelKind> Messengers(TimeProvider time) =>
        [new TelegramKind(time), new WebChatKind(time), new LoopbackKind()];

    /// <summary>What habitats may ask for, and the tokens that have a variable of their own.</summary>
    private static Func<string, string?> Variable(IEnumerable<string> named)
    {
        var all = Surroundings();
        var given = HabitatVariables.Of(all, [.. named, "TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN"]).Given;
        return name => given.GetValueOrDefault(name);
    }

    /// <summary>Who reads a habitat by himself may put what he likes of his own environment into it.</summary>
    public static HabitatFolder Habitats(TimeProvider time) => Habitats(time, HabitatVariables.All(Surroundings()));

    private static HabitatFolder Habitats(TimeProvider time, HabitatVariables variables) =>
        new(variables, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), time);

    private static Dictionary<string, string> Surroundings() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "");

    private static string Version =>
        typeof(ServeRoot).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static void Log(WebApplicationBuilder builder, bool json) => Log(builder.Logging, json);

    /// <summary>For people a line an event on standard error; standard output stays empty.</summary>
    private static void Log(ILoggingBuilder logging, bool json)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        if (json)
        {
            logging.AddJsonConsole();
        }
        else
        {
            logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
