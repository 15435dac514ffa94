using System.ComponentModel;
using System.Diagnostics;
using Creel.Core;

namespace Creel.Adapters.Compose;

/// <summary>Starts what a compose file describes, in the background.</summary>
public static class ComposeUp
{
    /// <summary>The ways to call compose, the older first. By the caller's PATH, as the older script found it.</summary>
    private static readonly (string Program, string[] First)[] Programs = [("docker-compose", []), ("docker", ["compose"])];

    /// <exception cref="CreelException">Compose is missing, or said no; its own words are on standard error.</exception>
    public static async Task RunAsync(string folder, CancellationToken cancel)
    {
        using var process =
            Programs.Select(p => Start(p.Program, p.First, folder)).FirstOrDefault(p => p is not null)
            ?? throw new CreelException(
                Fault.Missing(
                    "program-missing",
                    "docker-compose is not installed",
                    "Set DRY_RUN=1 to only write the file, or: apt-get install docker-compose"
                )
            );
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
        {
            throw new CreelException(
                new Fault(
                    FaultKind.ApplyFailed,
                    "compose",
                    $"docker-compose up failed with exit code {process.ExitCode}",
                    $"The file is written: see what it said above, then, in {folder}: docker-compose up -d"
                )
            );
        }
    }

    /// <summary>Null where there is no such program.</summary>
    private static Process? Start(string program, string[] first, string folder)
    {
        try
        {
            string[] arguments = [.. first, "-f", ContractCompose.FileName, "up", "-d"];
            return Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
