using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Host;

/// <summary>
/// Level none: a process tree, as root with a uid of its own and limits, and with nothing else between it and the host.
/// </summary>
public sealed class HostDriver : IIsolationDriver
{
    private readonly LinuxOptions linux;
    private readonly StartedCells started;
    private readonly CellLauncher launcher;
    private readonly RelayPorts relays = new();

    public HostDriver(LinuxOptions linux)
    {
        this.linux = linux;
        started = new StartedCells(Name, linux.Time, HostProcesses.Of);
        launcher = new CellLauncher(linux, started);
    }

    public string Name => "host";

    public IsolationLevel Level => IsolationLevel.None;

    public ValueTask<DriverFingerprint> FingerprintAsync(CancellationToken cancel = default) =>
        new(new HostFingerprint(linux, this).TakeAsync(cancel));

    public async ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default)
    {
        if (NetworkSupport.Refusal(Name, spec.Network) is { } refusal)
        {
            throw new CreelException(refusal);
        }

        var user = UnixUser.For(spec);
        CellFolder.Check(spec);
        started.RefuseIfRunning(spec);
        spec = relays.Given(spec);
        using var places = new CellPlaces(linux, spec.Id, user);
        var runtime = places.Program("the runtime", spec.RuntimeFile);
        HoldFolders(spec, places);
        var mounts = user is null ? [] : HostMounts.Of(places.All, user);
        var variables = CellHome.Variables(spec, spec.HubFolder, spec.ProxyFolder, spec.StateFolder);
        var start = Guid.NewGuid().ToString("N");
        variables[HostProcesses.Mark] = start;
        IEnumerable<string> takeOn = user is null ? [] : HostTools.TakeOn(user, lasting: false);
        string[] command =
        [
            "/bin/sh",
            "-c",
            LaunchScript.Watch,
            "creel-watch",
            HostTools.SetSid,
            .. takeOn,
            "/bin/sh",
            "-c",
            LaunchScript.Begin,
            "creel-begin",
            mounts.Count > 0 ? runtime.Reach : runtime.Path,
        ];
        var order = new LaunchOrder(Name, spec, user, places, mounts, command, variables, start);
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

    private static void HoldFolders(CellSpec spec, CellPlaces places)
    {
        places.Folder("the state folder", spec.StateFolder, owned: true);
        places.Folder("the hub folder", spec.HubFolder);
        if (spec.ProxyFolder is { } proxy)
        {
            places.Folder("the proxy folder", proxy);
        }

        foreach (var mount in spec.Workspaces)
        {
            places.Folder($"the workspace of {mount.Name}", mount.HostPath, owned: mount.Writable);
        }

        foreach (var mount in spec.Shared)
        {
            places.Folder("a shared path", mount.HostPath);
        }
    }
}
