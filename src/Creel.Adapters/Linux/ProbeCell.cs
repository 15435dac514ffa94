using System.Security.Cryptography;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Runs one short cell to see what a driver truly does here.</summary>
internal static class ProbeCell
{
    private const UnixFileMode Program =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    public static string NewId() => "probe-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <exception cref="CreelException">It did not start, or found something that a cell must not have.</exception>
    public static async Task RunAsync(
        IIsolationDriver driver,
        LinuxOptions options,
        NetworkMode network,
        string script,
        IReadOnlyDictionary<int, string> failures,
        CancellationToken cancel
    )
    {
        var id = NewId();
        var root = TemporaryFolder.Make("creel-" + id);
        try
        {
            var spec = Spec(id, root, network, script, options);
            var handle = await driver.StartAsync(spec, cancel).ConfigureAwait(false);
            try
            {
                using var timer = new CancellationTokenSource(options.StartLimit, options.Time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
                var end = await driver.WaitAsync(handle, both.Token).ConfigureAwait(false);
                if (end.ExitCode != 0)
                {
                    var why =
                        end.ExitCode is { } code && failures.TryGetValue(code, out var known) ? known : $"the probe {end.Reason}";
                    throw new CreelException(Fault.Unavailable("driver-probe", why));
                }
            }
            finally
            {
                await driver.StopAsync(handle, TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (CreelException e) when (e.Fault.Remedy?.Contains(root, StringComparison.Ordinal) == true)
        {
            // Its log goes with its folder: what it ends with is told instead.
            var said = CellFiles.LogTail(Path.Combine(root, "cell"), 0);
            var told = said.Length == 0 || e.Fault.Message.Contains(said, StringComparison.Ordinal);
            throw new CreelException(
                e.Fault with
                {
                    Message = told ? e.Fault.Message : $"{e.Fault.Message}: {said}",
                    Remedy = null,
                },
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Unavailable("driver-probe", $"the run folder {options.Run} can't be used"), e);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static CellSpec Spec(string id, string root, NetworkMode network, string script, LinuxOptions options)
    {
        var folders = new[] { "cell", "state", "hub", "work" }.ToDictionary(
            name => name,
            name => Directory.CreateDirectory(Path.Combine(root, name)).FullName
        );
        var runtime = Path.Combine(root, "probe");
        File.WriteAllText(runtime, script);
        File.SetUnixFileMode(runtime, Program);
        return new CellSpec
        {
            Id = new CellId(id),
            Group = GroupId.Parse("probe"),
            Habitat = "probe",
            Network = network,
            Limits = ResourceLimits.Unlimited,
            User = UnixUser.IsRoot ? options.ProbeUser : null,
            Folder = folders["cell"],
            StateFolder = folders["state"],
            HubFolder = folders["hub"],
            RuntimeFile = runtime,
            Workspaces = [new CellMount("probe", folders["work"], CellPaths.Workspaces + "/probe", true)],
        };
    }
}
