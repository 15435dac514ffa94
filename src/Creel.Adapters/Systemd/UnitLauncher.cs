using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>Starts a cell's unit, or leaves nothing behind.</summary>
internal sealed class UnitLauncher(LinuxOptions linux, Systemctl systemctl, StartedUnits started)
{
    /// <exception cref="CreelException">It runs already, a written limit does not hold, or its first program never ran.</exception>
    public async Task<CellHandle> StartAsync(
        string driver,
        CellSpec spec,
        (string User, string Group)? account,
        CellPlaces places,
        CellMounts mounts,
        CancellationToken cancel
    )
    {
        var unit = $"creel-{spec.Id}.service";
        if (await started.RecoverAsync(spec.Folder, cancel).ConfigureAwait(false) is { } earlier)
        {
            // It died by itself: what it left behind must not be in the way of the new one.
            await started.ClearAsync(earlier, TimeSpan.Zero, cancel).ConfigureAwait(false);
        }

        if ((await systemctl.ShowAsync(unit, cancel).ConfigureAwait(false)).IsUp)
        {
            throw StartedUnits.Running(spec.Id);
        }

        var start = Guid.NewGuid().ToString("N");
        var version = SystemdFingerprint.Number(await systemctl.VersionAsync(cancel).ConfigureAwait(false));
        var text = Text(unit, spec, account, places, mounts, start, version);
        var nobody = new ProcessIdentity(0, 0, ProcessIdentity.CurrentBoot);
        var handle = new SystemdHandle(unit, null, nobody, [], spec.Folder, start, UnitDrift.Digest(text));
        try
        {
            CellFiles.Forget(spec.Folder);
            File.Delete(Path.Combine(spec.Folder, CellFiles.Status));
            KeepLog(spec, unit);
            Directory.CreateDirectory(Systemctl.UnitFolder);
            CellFiles.Write(spec.Folder, CellFiles.Launch, handle.ToJson());
            CellFiles.Write(Systemctl.UnitFolder, unit, text, readable: true);
            cancel.ThrowIfCancellationRequested();
            var state = await UpAsync(spec, unit).ConfigureAwait(false);
            handle = StartedUnits.With(handle, state);
            Check(spec, handle);
            if (CellTrust.Wanted(spec))
            {
                await OwnAddresses.TakeAsync(state.Main).ConfigureAwait(false);
            }

            cancel.ThrowIfCancellationRequested();
            CellFiles.Write(spec.Folder, CellFiles.Handle, handle.ToJson());
            return new CellHandle(spec.Id, driver, handle.ToJson());
        }
        catch
        {
            await started.ClearAsync(handle, TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private string Text(
        string unit,
        CellSpec spec,
        (string User, string Group)? account,
        CellPlaces places,
        CellMounts mounts,
        string start,
        int version
    )
    {
        var binds = UnitBinds.Of(spec, mounts);
        var root = CellRoot.Make(spec, spec.User ?? UnixUser.Current, binds.Select(bind => (bind.To, bind.IsFolder)));
        var proxy = mounts.Proxy is null ? null : CellPaths.ProxyFolder;
        var variables = CellHome.Variables(spec, CellPaths.HubFolder, proxy, CellPaths.State);
        // Each place where the cell sees it, with what was checked: device and inode.
        var checks = places
            .All.Select(place => (place.Name, Seen: binds.FirstOrDefault(bind => bind.From == place.Path)?.To))
            .Where(check => check.Seen is not null)
            .ToList();
        return UnitFile.Of(
            new UnitOrder(
                unit,
                spec,
                account,
                root,
                binds,
                linux.ControlGroup + ".slice",
                [
                    // Nothing of what systemd's own environment has, which for a user's systemd is much.
                    "/usr/bin/env",
                    "-i",
                    "-C",
                    CellPaths.Workspaces,
                    .. variables.Select(variable => $"{variable.Key}={variable.Value}"),
                    "/bin/sh",
                    "-c",
                    UnitScript.Begin,
                    "creel-begin",
                    CellPaths.RuntimeFile,
                    string.Join(' ', Foreign(spec.Network)),
                    string.Join('\n', checks.Select(check => check.Name)),
                    .. checks.Select(check => check.Seen!),
                ],
                start,
                linux.StartLimit,
                version
            )
        );
    }

    private static IEnumerable<string?> Foreign(NetworkMode network) =>
        (network == NetworkMode.Host ? ["ipc"] : new[] { "net", "ipc" }).Select(kind =>
            new FileInfo("/proc/self/ns/" + kind).LinkTarget
        );

    // Never given up midway: a request that systemd has not read yet would start the cell after it was cleared away.
    private async Task<UnitState> UpAsync(CellSpec spec, string unit)
    {
        var answer = await systemctl.AskAsync(CancellationToken.None, "start", "--", unit).ConfigureAwait(false);
        var state = await systemctl.ShowAsync(unit, CancellationToken.None).ConfigureAwait(false);
        if (state.Stale)
        {
            // It still had the file of an earlier start: reading all anew takes long, and is hardly ever needed.
            await systemctl.AskAsync(CancellationToken.None, "kill", "--signal=KILL", "--", unit).ConfigureAwait(false);
            await systemctl.AskAsync(CancellationToken.None, "stop", "--", unit).ConfigureAwait(false);
            await systemctl.DoAsync(CancellationToken.None, "daemon-reload").ConfigureAwait(false);
            answer = await systemctl.AskAsync(CancellationToken.None, "start", "--", unit).ConfigureAwait(false);
            state = await systemctl.ShowAsync(unit, CancellationToken.None).ConfigureAwait(false);
        }

        return answer.Code == 0
            ? state
            : throw await UnitFailure
                .OfAsync(spec, unit, state.Invocation, answer.Error, CancellationToken.None)
                .ConfigureAwait(false);
    }

    private static void Check(CellSpec spec, SystemdHandle handle)
    {
        var unmet = UnitLimits.Unmet(handle.Cgroups, spec.Limits);
        if (unmet.FirstOrDefault(limit => limit.Limit.Written) is { } refused)
        {
            // It holds in general, or the start would not have begun: a drop-in may have lifted it.
            throw new CreelException(Cgroups.Refusal(spec.Group, refused with { Why = UnitDrift.Of(handle) ?? refused.Why }));
        }
    }

    private static void KeepLog(CellSpec spec, string unit)
    {
        if (UnixUser.IsRoot)
        {
            CellFiles.Write(spec.Folder, CellFiles.Log, $"The journal has the log of this cell: {UnitFailure.Hint(unit)}\n");
            return;
        }

        CellFiles.RotateLog(spec.Folder);
        File.AppendAllText(Path.Combine(spec.Folder, CellFiles.Log), "");
    }
}
