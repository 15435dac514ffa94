using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Hardening;

/// <summary>The socket by which .NET lets every program of its user load code into this one.</summary>
internal static unsafe class Diagnostics
{
    private const string Switch = "DOTNET_EnableDiagnostics";

    /// <summary>
    /// Only the environment that a process starts with can prevent the socket. Drivers see to it; where nobody has, this
    /// program starts itself once more in the same process, with it.
    /// </summary>
    /// <exception cref="CreelException">The kernel refuses.</exception>
    public static void Close()
    {
        if (Environment.GetEnvironmentVariable(Switch) == "0")
        {
            return;
        }

        var program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)!.FullName;
        var words = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0')[..^1];
        RemoveFiles();
        using var strings = new NativeStrings();
        _ = Libc.setenv(strings.One(Switch), strings.One("0"), overwrite: 1);
        _ = Libc.execv(strings.One(program), strings.Many(words));
        throw new CreelException(
            Fault.Missing(
                "diagnostics",
                $"The runtime can't start itself again: {Marshal.GetLastPInvokeErrorMessage()}",
                $"Start it with {Switch}=0"
            )
        );
    }

    /// <summary>Of this process as it was: nobody listens there any more, and nobody else would remove them.</summary>
    private static void RemoveFiles()
    {
        try
        {
            foreach (var kind in (string[])["dotnet-diagnostic", "clr-debug-pipe"])
            {
                foreach (var path in Directory.EnumerateFiles(Path.GetTempPath(), $"{kind}-{Environment.ProcessId}-*"))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No such folder, or somebody else's file of this name: neither is in the way.
        }
    }
}
