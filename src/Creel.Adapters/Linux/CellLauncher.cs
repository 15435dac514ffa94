using System.Diagnostics;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Starts a cell's processes so that they outlive whoever started them, or leaves nothing behind.</summary>
internal sealed class CellLauncher(LinuxOptions options, StartedCells started)
{
    private static readonly TimeSpan StatusLag = TimeSpan.FromSeconds(2);

    /// <exception cref="CreelException">
    /// It runs already, a written limit can't be enforced, or its first program never ran.
    /// </exception>
    public async Task<CellHandle> StartAsync(LaunchOrder order, CancellationToken cancel)
    {
        var folder = order.Spec.Folder;
        started.RefuseIfRunning(order.Spec);
        if (started.Recover(folder) is { } earlier)
        {
            // It died by itself: what it left behind must not be in the way of the new one.
            await started.ClearAsync(earlier, TimeSpan.Zero, cancel).ConfigureAwait(false);
        }

        InheritedDescriptors.CloseOnExec();
        var groups = Cgroups.Make(Cgroups.Find(options), order.Spec, options.Time);
        var nobody = new ProcessIdentity(0, 0, ProcessIdentity.CurrentBoot);
        var handle = new LinuxHandle(nobody, null, groups, folder, order.Places.Root, order.User?.Uid, order.Start);
        try
        {
            CellFiles.Forget(folder);
            File.Delete(Path.Combine(folder, CellFiles.Status));
            CellFiles.RotateLog(folder);
            order.Places.MakeReachable();
            CellFiles.Write(folder, CellFiles.Mounts, string.Concat(order.Mounts.Select(line => line + "\n")));
            CellFiles.Write(folder, CellFiles.Launch, handle.ToJson());
            var logFrom = CellFiles.LogEnd(folder);
            using var process = Launch(order, groups);
            handle = handle with { Outer = ProcessIdentity.Of(process.Id) };
            await UpAsync(order, process, logFrom, cancel).ConfigureAwait(false);
            handle = handle with { Child = await ChildAsync(folder, cancel).ConfigureAwait(false) };
            if (CellTrust.Wanted(order.Spec))
            {
                await OwnAddresses.TakeAsync(handle.Child.Pid).ConfigureAwait(false);
            }

            CellFiles.Write(folder, CellFiles.Handle, handle.ToJson());
            return new CellHandle(order.Spec.Id, order.Driver, handle.ToJson());
        }
        catch
        {
            // As far as it came, with what the launcher wrote down; the child is looked at closely there before it is killed.
            var reached = started.Recover(folder) is { } found ? found with { Outer = handle.Outer ?? found.Outer } : handle;
            await started.ClearAsync(reached, TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static Process Launch(LaunchOrder order, IReadOnlyList<string> groups)
    {
        var info = new ProcessStartInfo(HostTools.SetSid)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        info.Environment.Clear();
        foreach (var (name, value) in order.Environment)
        {
            info.Environment[name] = value;
        }

        var mounts = order.Mounts.Count > 0;
        IEnumerable<string> apart = mounts ? [HostTools.Unshare, "--mount", "--propagation", "private", "--"] : [];
        var table = mounts ? Path.Combine(order.Spec.Folder, CellFiles.Mounts) : "";
        var names = string.Join(' ', Enumerable.Range(0, order.Places.All.Count));
        var expected = string.Join('\n', order.Places.All.Select(place => place.Name));
        IEnumerable<string> arguments =
        [
            .. apart,
            "/bin/sh",
            "-c",
            LaunchScript.Launch,
            "creel-launch",
            order.Spec.Folder,
            $"{groups.Count}",
            .. groups,
            table,
            order.Places.Root ?? "",
            names,
            expected,
            .. order.Command,
        ];
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return Process.Start(info)!;
    }

    private async Task UpAsync(LaunchOrder order, Process process, long logFrom, CancellationToken cancel)
    {
        process.StandardInput.Close();
        var early = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var timer = new CancellationTokenSource(options.StartLimit, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            if (await process.StandardOutput.ReadLineAsync(both.Token).ConfigureAwait(false) == "up")
            {
                return;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var limit = options.StartLimit.TotalSeconds;
            throw new CreelException(
                new Fault(FaultKind.Timeout, "cell-start", $"cell {order.Spec.Id} did not start within {limit:0} s")
            );
        }

        await early.WaitAsync(both.Token).ConfigureAwait(false);
        var said = CellFiles.LastLine(await early.ConfigureAwait(false));
        said = said.Length > 0 ? said : CellFiles.LogTail(order.Spec.Folder, logFrom);
        throw new CreelException(StartFailure.Explain(order.Spec.Id, said, Path.Combine(order.Spec.Folder, CellFiles.Log)));
    }

    // The word that it is up may come a moment before the line that tells its number.
    private async Task<ProcessIdentity> ChildAsync(string folder, CancellationToken cancel)
    {
        var begin = options.Time.GetTimestamp();
        while (options.Time.GetElapsedTime(begin) < StatusLag)
        {
            if (CellStatus.Read(folder).Child is { } pid)
            {
                // One that has ended already is started all the same: waiting for it will tell how it ended.
                return ProcessIdentity.Of(pid) ?? new ProcessIdentity(pid, 0, ProcessIdentity.CurrentBoot);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), options.Time, cancel).ConfigureAwait(false);
        }

        throw new CreelException(
            new Fault(FaultKind.Internal, "cell-status", $"the status file in {folder} never told which process the cell is")
        );
    }
}
