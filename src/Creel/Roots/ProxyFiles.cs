using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using Creel.Core.Policy;
using Creel.Server.Cells.Trials;
using Creel.Server.Outbound;
using Microsoft.Extensions.Logging;

namespace Creel.Roots;

/// <summary>Where the proxy's things are, and whom it runs as.</summary>
/// <param name="Home">Its own folder. Of root's proxy it is not in CREEL_HOME, which nobody but root may pass.</param>
/// <param name="Run">The folder of sockets.</param>
/// <param name="User">Whom it becomes; null where we are not root.</param>
/// <param name="Log">What it says.</param>
internal sealed record ProxyFiles(string Home, string Run, CellUser? User, string Log)
{
    private const string HomeVariable = "CREEL_PROXY_HOME";
    private const string ProgramVariable = "CREEL_PROXY";
    private const string RootsHomes = "/var/lib/creel-proxy";

    private const UnixFileMode Passage =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherExecute;

    public string Authority => Path.Combine(Home, ProxyNames.Authority);

    /// <summary>Its control socket.</summary>
    public string Control => Path.Combine(Run, ControlPaths.SocketName);

    /// <param name="firstUid">Of our range; null where we are not root.</param>
    public static ProxyFiles Of(CreelHome home, string run, int? firstUid)
    {
        var user = firstUid is { } first ? new CellUser(UidRanges.Proxy(first), UidRanges.Proxy(first)) : null;
        var own =
            Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } written ? Path.GetFullPath(written)
            : user is null ? Path.Combine(home.Folder, "proxy")
            : Path.Combine(RootsHomes, home.Instance());
        return new ProxyFiles(own, run, user, Path.Combine(home.Folder, "proxy.log"));
    }

    /// <param name="orders">What the proxy should be told now.</param>
    public ProxyKeeper Keeper(ProxyLink link, Func<ProxyOrders> orders, string version, TimeProvider time, ILoggerFactory logs)
    {
        if (Path.GetDirectoryName(Home) == RootsHomes)
        {
            Directory.CreateDirectory(RootsHomes, Passage);
        }

        return new ProxyKeeper(
            link,
            new ProxyProcess(Program(), Home, Run, User, Log),
            orders,
            version,
            time,
            logs.CreateLogger<ProxyKeeper>()
        );
    }

    /// <summary>For attempts against it.</summary>
    public async Task<ProxyPlace?> PlaceAsync(ProxyLink link, ProxyOrders orders, CancellationToken cancel)
    {
        int? pid;
        try
        {
            pid = (await link.StatusAsync(cancel))?.ProcessId;
        }
        catch (CreelException)
        {
            // What it has on disk is there all the same.
            pid = null;
        }

        var named = orders.Upstreams.SelectMany(u => u.AllHosts).FirstOrDefault(h => Uri.CheckHostName(h) == UriHostNameType.Dns);
        return new ProxyPlace(pid, Home, Control, named);
    }

    /// <summary>Beside <c>creel</c>, or where CREEL_PROXY says; it may be missing.</summary>
    private static string Program() =>
        Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } written
            ? Path.GetFullPath(written)
            : Path.Combine(AppContext.BaseDirectory, "creel-proxy");
}
