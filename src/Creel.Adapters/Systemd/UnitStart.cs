using System.ComponentModel;
using System.Diagnostics;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Rendering;

namespace Creel.Adapters.Systemd;

/// <summary>Puts generated units where systemd looks for them, and starts them.</summary>
/// <param name="folder">Where systemd looks.</param>
/// <param name="systemctl">The program.</param>
/// <param name="sysusers">The program that makes the units' users, where they have their own.</param>
public sealed class UnitStart(
    string folder = UnitStart.SystemFolder,
    string systemctl = "systemctl",
    string sysusers = "systemd-sysusers"
)
{
    public const string SystemFolder = "/etc/systemd/system";

    /// <summary>
    /// Copies the units unless they are there already, reloads, and enables and starts each that says when it is started.
    /// </summary>
    /// <param name="changed">The names of those that are to be restarted, should they be up.</param>
    /// <exception cref="CreelException">systemctl is missing, or said no; its own words are on standard error.</exception>
    public async Task RunAsync(
        string from,
        IReadOnlyList<OutputFile> units,
        IReadOnlyCollection<string> changed,
        CancellationToken cancel
    )
    {
        var users = units.Where(f => f.Path == GatewayUsers.FileName).ToList();
        units = [.. units.Except(users)];
        if (users.Count > 0)
        {
            await RunAsync(sysusers, [Path.Combine(from, GatewayUsers.FileName)], cancel);
        }

        if (RealFolder(from) != RealFolder(folder))
        {
            using var there = OutputFolder.Open(folder);
            foreach (var unit in units)
            {
                there.Write(unit);
            }
        }

        await RunAsync(systemctl, ["daemon-reload"], cancel);
        foreach (var unit in units.Where(u => u.Text.Contains("\n[Install]\n", StringComparison.Ordinal)))
        {
            await RunAsync(systemctl, ["enable", unit.Path], cancel);
            await RunAsync(systemctl, [changed.Contains(unit.Path) ? "restart" : "start", unit.Path], cancel);
        }
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancel)
    {
        var name = Path.GetFileName(program);
        using var process = Start(program, arguments);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
        {
            throw new CreelException(
                new Fault(
                    FaultKind.ApplyFailed,
                    "systemctl",
                    $"{name} {string.Join(' ', arguments)} failed with exit code {process.ExitCode}",
                    "The files are written: see what it said above, then run it again"
                )
            );
        }
    }

    /// <summary>By the caller's PATH, as the older script found it.</summary>
    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments))!;
        }
        catch (Win32Exception error)
        {
            throw new CreelException(
                Fault.Missing(
                    "program-missing",
                    $"the program {Path.GetFileName(program)} can't be run: {error.Message}",
                    "Set DRY_RUN=1 to only write the files"
                ),
                error
            );
        }
    }

    private static string RealFolder(string path) =>
        Directory.Exists(path) ? new DirectoryInfo(path).ResolveLinkTarget(true)?.FullName ?? Path.GetFullPath(path) : path;
}
