using System.ComponentModel;
using System.Diagnostics;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Roots.Checks;

/// <summary>The program that is carried into cells is there, runs, and is of this version.</summary>
internal static class RuntimeCheck
{
    private const string Name = "runtime";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static CheckView Of()
    {
        try
        {
            var file = RuntimeFile.Find();
            using var process = Process.Start(new ProcessStartInfo(file, ["--version"]) { RedirectStandardOutput = true })!;
            var said = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                return new CheckView(Name, CheckState.Failed, $"{file} does not end", "./do publish");
            }

            return process.ExitCode == 0
                ? CheckView.Fine(Name, $"{file} runs, version {said.Result.Trim()}")
                : new CheckView(Name, CheckState.Failed, $"{file} ends with {process.ExitCode}", "./do publish");
        }
        catch (CreelException e)
        {
            return new CheckView(Name, CheckState.Missing, e.Fault.Message, e.Fault.Remedy);
        }
        catch (Win32Exception e)
        {
            return new CheckView(
                Name,
                CheckState.Missing,
                $"creel-runtime can't be started: {e.Message}",
                "chmod +x creel-runtime"
            );
        }
    }
}
