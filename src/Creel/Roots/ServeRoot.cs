using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Creel.Adapters.Files;
using Creel.Adapters.Linux;
using Creel.Adapters.Sqlite;
using Creel.Commands;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Server.Audits;
using Creel.Server.Cells;
using Creel.Server.Gateway.Protocol;
using Creel.Server.Gateway.Sessions;
using Creel.Server.Hub;
using Creel.Server.Outbound;
using Creel.Server.Provisioning;
using Creel.Server.Provisioning.Lifecycle;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

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
            HostNames = options.HostNames,
            SocketPort = options.WsPort,
            OwnSocket = home.Socket(run),
            AdminTokenHash = SHA256.HashData(Encoding.UTF8.GetBytes(home.AdminToken())),
            OldUnauthenticated = options.UnauthenticatedOldApi,
            MaxConnections = OpenFiles.ConnectionsEachPort(),
        };
        var builder = CreelWeb.Create(web, time);
        ServeLog.To(builder.Logging, options.Json);
        using var logs = LoggerFactory.Create(logging => ServeLog.To(logging, options.Json));

        var uids = await CellsRoot.ClaimUidsAsync(home, time, logs, cancel);
        CellsHost? cells = null;
        SessionsHost? talking = null;
        var elsewhere = new ElsewhereRoot(() => cells?.Habitat, store, time);
        var hubConfig = new HubConfig
        {
            OldUnauthenticated = options.UnauthenticatedOldApi,
            Bridge = () => cells!.Bridge,
            Behalf = (from, to) =>
                elsewhere.Agents.GatewayOf(from) is null ? talking!.Behalf(from, to) : talking!.BehalfElsewhere(to),
            Elsewhere = elsewhere.Agents,
            ElsewhereTurns = elsewhere.Turns,
            Usage = c => cells!.UsageAsync(c),
        };
        await using var audit = new AuditTrail(store.Audit, time, logs.CreateLogger("audit"));
        var ports = new HubPorts(store.Tasks, store.Letters, store.Agents, audit);
        await using var hub = new HubHost(hubConfig, ports, time, logs.CreateLogger("hub"));
        var variables = HabitatVariables.Of(Surroundings.All(), options.Env);
        using var habitats = Surroundings.Habitats(time, variables);
        var proxyFiles = ProxyFiles.Of(home, run, uids);
        cells = CellsRoot.Create(home, run, runtime, uids, proxyFiles, habitats, hub, store, audit, time, logs);

        using var proxyLink = new ProxyLink(proxyFiles.Control);
        var lessons = new Lessons(time);
        await using var proxy = proxyFiles.Keeper(proxyLink, () => lessons.In(cells.Outbound), Version, time, logs);
        (cells.AllowAsync, cells.Untold) = (proxy.TellAsync, () => proxy.Trouble);
        cells.Closed = id => proxy.Closed.FirstOrDefault(c => c.Cell == id)?.Reason;
        var warnings = new BudgetWarnings(
            audit,
            time,
            logs.CreateLogger("budgets"),
            () => File.Exists(home.WarnedFile) ? File.ReadAllText(home.WarnedFile) : null,
            text => WholeFile.Write(home.WarnedFile, text)
        );
        (proxy.SeeAsync, cells.Warnings) = (warnings.SeeAsync, warnings.Of);
        cells.ProxyAsync = c => proxyFiles.PlaceAsync(proxyLink, cells.Outbound, c);
        var talk = SessionsRoot.Config(cells);
        await using var sessions = SessionsRoot.Create(talk, cells, hub, store, audit, time, logs);
        talking = sessions;
        var arrivals = logs.CreateLogger("sessions");
        cells.BeforeStart = place => OldState.Bring(place, cells.Habitat?.StateFolder, sessions.LookAgainAsync, arrivals);
        await using var channels = ChannelsRoot.Create(home, options.Env, cells, sessions, store, audit, time, logs);
        talk.DeliverAsync = ChannelsRoot.Delivery(channels);
        var gatewayPorts = GatewayRoot.Ports(cells, sessions, channels, store, audit);
        var gateway = new GatewayRoot(home, options, gatewayPorts, Version, logs, time)
        {
            Variables = name => variables.Given.GetValueOrDefault(name),
        };
        await using var door = gateway.Door();
        var lineLog = logs.CreateLogger("gateways");
        var lines = GatewayLines.Ports(home, () => cells.Habitat, cells.Config, elsewhere.Tokens, time, lineLog);
        await using var foreign = new ForeignGateways(lines);
        await using var book = elsewhere.Book(foreign, () => sessions.Turns, () => cells.HabitatFile, logs);
        IReadOnlyList<int> bound = [];
        var provisionLog = logs.CreateLogger("provisioning");
        var provisioner = new Provisioner(
            ProvisioningRoot.Ports(
                () => cells.Habitat,
                () => bound is [var port, ..] ? $"http://127.0.0.1:{port}{AgentsAddress.Path}" : null,
                foreign,
                gatewayPorts,
                store.Provisions,
                elsewhere.Tokens,
                elsewhere.Wakes
            ),
            time,
            provisionLog,
            cancel
        );
        hub.AddTo(builder);
        await using var app = CreelWeb.Build(builder);
        hub.Map(app);
        cells.Map(app);
        new GatewayRoutes(door, gateway.Shown, audit).Map(app);
        new ForeignGatewayRoutes(foreign, audit).Map(app);
        elsewhere.Map(app, provisioner, audit);
        new GatewayAgentRoutes(foreign, lines, audit).Map(app);
        new BoardRoutes(lines, audit).Map(app);
        new ProvisionRoutes(provisioner, audit, provisionLog).Map(app);
        sessions.Map(app, hub.Doors);
        channels.Map(app);
        new ProxyRoutes(proxyLink, proxy, proxyFiles.Control, cells.Outlet).Map(app);
        new SpendRoutes(proxyLink, audit, cells.Outlet).Map(app);
        new EgressRoutes(proxyLink, proxy, lessons, cells.Outlet, cells.OwnOutlet, audit, time).Map(app);
        await hub.StartAsync(cancel);
        await book.LoadAsync(cancel);

        // One that a killed serve left there would lead to us before the cells are known again.
        home.RemoveEndpoint();
        bound = await CreelWeb.StartAsync(app, cancel);
        await cells.AdoptAsync(cancel);
        await sessions.StartAsync(cancel);
        await proxy.StartAsync(cancel);
        await channels.StartAsync(cancel);
        await gateway.StartAsync(door, cancel);
        book.Start();
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
        var provisioned = provisioner.KeepAsync();
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
        await provisioned.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cells.LetGo();
        await book.DisposeAsync();
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

    private static string Version =>
        typeof(ServeRoot).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
