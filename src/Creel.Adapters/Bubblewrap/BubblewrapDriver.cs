using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Bubblewrap;

/// <summary>
/// Cells in namespaces of their own, by bubblewrap; as root each with a uid of its own, taken on before the sandbox starts.
/// </summary>
public sealed class BubblewrapDriver : IIsolationDriver
{
    private readonly LinuxOptions linux;
    private readonly BubblewrapOptions bubblewrap;
    private readonly StartedCells started;
    private readonly CellLauncher launcher;

    public BubblewrapDriver(LinuxOptions linux, BubblewrapOptions? bubblewrap = null)
    {
        this.linux = linux;
        this.bubblewrap = bubblewrap ?? new BubblewrapOptions();
        started = new StartedCells(Name, linux.Time);
        launcher = new CellLauncher(linux, started);
    }

    public string Name => "bubblewrap";

    public IsolationLevel Level => IsolationLevel.Session;

    public ValueTask<DriverFingerprint> FingerprintAsync(CancellationToken cancel = default) =>
        new(new BubblewrapFingerprint(linux, bubblewrap, this).TakeAsync(cancel));

    public async ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default)
    {
        if (NetworkSupport.Refusal(Name, spec.Network) is { } refusal)
        {
            throw new CreelException(refusal);
        }

        var user = UnixUser.For(spec);
        var program = HostTools.Need(bubblewrap.Program, "bubblewrap");
        CellFolder.Check(spec);
        started.RefuseIfRunning(spec);
        using var places = new CellPlaces(linux, spec.Id, user);
        var etc = places.Folder(
            "the generated /etc",
            GeneratedEtc.Write(spec.Folder, spec.Group, GeneratedEtc.Agent, CellTrust.Wanted(spec))
        );
        var mounts = CellMounts.Of(spec, places);
        var proxy = mounts.Proxy is null ? null : CellPaths.ProxyFolder;
        var variables = CellHome.Variables(spec, CellPaths.HubFolder, proxy, CellPaths.State);
        IEnumerable<string> takeOn = user is null ? [] : HostTools.TakeOn(user, lasting: true);
        var order = new LaunchOrder(
            Name,
            spec,
            user,
            places,
            user is null ? [] : [.. places.MountLines()],
            [.. takeOn, .. BubblewrapArguments.Of(program, spec, etc.Reach, mounts, variables, HostRoot.Links())],
            new Dictionary<string, string> { ["PATH"] = HostTools.SearchPath },
            Guid.NewGuid().ToString("N")
        );
        return await launcher.StartAsync(order, cancel).ConfigureAwait(false);
    }

    public ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel = default) => new(started.Recover(spec));

    public ValueTask<CellObservation> InspectAsync(CellHandle handle, CancellationToken cancel = default) =>
        started.InspectAsync(handle, cancel);

    public ValueTask<CellUsage?> MeasureAsync(CellHandle handle, CancellationToken cancel = default) =>
        started.MeasureAsync(handle);

    public ValueTask<CellObservation> WaitAsync(CellHandle handle, CancellationToken cancel = default) =>
        started.WaitAsync(handle, cancel);

    public ValueTask StopAsync(CellHandle handle, TimeSpan grace, CancellationToken cancel = default) =>
        started.StopAsync(handle, grace, cancel);
}
