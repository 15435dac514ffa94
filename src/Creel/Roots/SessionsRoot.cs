using Creel.Adapters.OpenClaw;
using Creel.Adapters.Sqlite;
using Creel.Server.Audits;
using Creel.Server.Cells;
using Creel.Server.Gateway.Sessions;
using Creel.Server.Hub;
using Microsoft.Extensions.Logging;

namespace Creel.Roots;

/// <summary>Conversations: turns are tasks of the hub, and their files lie with the cells.</summary>
internal static class SessionsRoot
{
    public static SessionsConfig Config(CellsHost cells) =>
        new()
        {
            Settings = new SettingsInForce(() => cells.Habitat).Now,
            Files = new WorkspaceFiles(cells.Place),
            ComesAsync = cells.ComesAsync,
        };

    public static SessionsHost Create(
        SessionsConfig config,
        CellsHost cells,
        HubHost hub,
        SqliteStore store,
        AuditTrail audit,
        TimeProvider time,
        ILoggerFactory logs
    ) =>
        new(
            config,
            store.Sessions,
            new CellTranscripts(cells.Place),
            hub.Dispatcher,
            hub.Watch,
            audit,
            time,
            logs.CreateLogger("sessions")
        );
}
