using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Adapters.Systemd;

/// <summary>Cells as units of systemd: as root each with a uid of its own, otherwise of the user's own systemd.</summary>
public sealed class SystemdDriver : IIsolationDriver
{
    private readonly RelayPorts relays = new();
    private readonly LinuxOptions linux;
    private readonly Systemctl systemctl;
    private readonly StartedUnits started;
    private readonly UnitLauncher launcher;
    private readonly LimitProof limits;

    public SystemdDriver(LinuxOptions linux, SystemdOptions? systemd = null)
    {
        this.linux = linux;
        systemctl = new Systemctl(systemd ?? new SystemdOptions());
        started = new StartedUnits(Name, systemctl, linux.Time);
        launcher = new UnitLauncher(linux, systemctl, started);
        limits = new LimitProof(linux, systemctl);
    }

    public string Name => "systemd";

    public IsolationLevel Level => IsolationLevel.Session;

    public ValueTask<DriverFingerprint> FingerprintAsync(CancellationToken cancel = default) =>
        new(new SystemdFingerprint(linux, systemctl, this, limits).TakeAsync(cancel));

    public async ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default)
    {
        if (NetworkSupport.Refusal(Name, spec.Network) is { } refusal)
        {
            throw new CreelException(refusal);
        }

        var user = UnixUser.For(spec);
        if (systemctl.Absence() is { } absence)
        {
            throw new CreelException(absence);
        }

        CellFolder.Check(spec);
        await started.RefuseIfRunningAsync(spec, cancel).ConfigureAwait(false);
        await limits.RefuseUnmetAsync(spec, cancel).ConfigureAwait(false);
        spec = relays.Given(spec);
        using var places = new CellPlaces(linux, spec.Id, user, bound: true);
        var mounts = CellMounts.Of(spec, places);
        (string, string)? account = user is null ? null : await CellAccount.ProvideAsync(user, cancel).ConfigureAwait(false);
        return await launcher.StartAsync(Name, spec, account, places, mounts, cancel).ConfigureAwait(false);
    }

    public ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel = default) =>
        started.RecoverAsync(spec, cancel);

    public ValueTask<CellObservation> InspectAsync(CellHandle handle, CancellationToken cancel = default) =>
        started.InspectAsync(handle, cancel);

    public ValueTask<CellUsage?> MeasureAsync(CellHandle handle, CancellationToken cancel = default) =>
        started.MeasureAsync(handle);

    public ValueTask<string?> DriftAsync(CellHandle handle, CancellationToken cancel = default) => started.DriftAsync(handle);

    public ValueTask<CellObservation> WaitAsync(CellHandle handle, CancellationToken cancel = default) =>
        started.WaitAsync(handle, cancel);

    public ValueTask StopAsync(CellHandle handle, TimeSpan grace, CancellationToken cancel = default) =>
        started.StopAsync(handle, grace, cancel);
}
