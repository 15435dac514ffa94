using Creel.Adapters.Bubblewrap;
using Creel.Adapters.Docker;
using Creel.Adapters.Files;
using Creel.Adapters.Host;
using Creel.Adapters.Linux;
using Creel.Adapters.Sqlite;
using Creel.Adapters.Systemd;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Server.Audits;
using Creel.Server.Cells;
using Creel.Server.Hub;
using Microsoft.Extensions.Logging;

namespace Creel.Roots;

/// <summary>Cells, and what they run on.</summary>
internal static class CellsRoot
{
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

    /// <param name="run">The folder of sockets.</param>
    /// <param name="firstUid">Of our range; null where we are not root.</param>
    public static CellsHost Create(
        CreelHome home,
        string run,
        string runtime,
        int? firstUid,
        ProxyFiles proxy,
        IHabitatFiles habitats,
        HubHost hub,
        SqliteStore store,
        AuditTrail audit,
        TimeProvider time,
        ILoggerFactory logs
    ) =>
        new(
            new CellsConfig
            {
                ProxyUid = proxy.User?.Uid,
                AuthorityFile = proxy.Authority,
                Home = home.Folder,
                RunFolder = run,
                RuntimeFile = runtime,
                Instance = home.Instance(),
                FirstUid = firstUid,
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

    /// <summary>The users that cells run as; null where we are not root.</summary>
    public static async Task<int?> ClaimUidsAsync(
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
}
