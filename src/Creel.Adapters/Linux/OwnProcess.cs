using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;

namespace Creel.Adapters.Linux;

/// <summary>Keeps other processes of the same user from looking into this one, or steering it, and this one small.</summary>
public static partial class OwnProcess
{
    private const string Switch = "DOTNET_EnableDiagnostics";

    /// <summary>2 MiB: left alone it is as large as the processor's cache, and fills with what is dead, a quarter of a connection's price.</summary>
    private const string FirstGeneration = "DOTNET_GCgen0size";
    private const int SetDumpable = 4;

    /// <summary>
    /// .NET opens a socket through which its user can take dumps and load code. Only the environment that a process starts with
    /// can prevent it, so without that this program starts itself once more in the same process, with it. The heap's first
    /// generation can be set there alone, too.
    /// </summary>
    /// <exception cref="CreelException">The kernel refuses.</exception>
    public static void Close()
    {
        if (Environment.GetEnvironmentVariable(Switch) != "0")
        {
            StartAgain();
        }

        if (Libc.prctl(SetDumpable, 0, 0, 0, 0) != 0)
        {
            throw Refused();
        }
    }

    private static void StartAgain()
    {
        var program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)!.FullName;
        var arguments = Words("/proc/self/cmdline");
        var variables = Words("/proc/self/environ")
            .Where(v =>
                !v.StartsWith(Switch + "=", StringComparison.Ordinal)
                && !v.StartsWith(FirstGeneration + "=", StringComparison.Ordinal)
            );
        foreach (var left in new[] { "dotnet-diagnostic", "clr-debug-pipe" })
        {
            foreach (var socket in Directory.EnumerateFiles(Path.GetTempPath(), $"{left}-{Environment.ProcessId}-*"))
            {
                File.Delete(socket);
            }
        }

        _ = Libc.execve(program, [.. arguments, null], [.. variables, Switch + "=0", FirstGeneration + "=0x200000", null]);
        throw Refused();
    }

    private static IEnumerable<string> Words(string file)
    {
        var text = Encoding.UTF8.GetString(File.ReadAllBytes(file));
        return text.Length == 0 ? [] : text.TrimEnd('\0').Split('\0');
    }

    private static CreelException Refused() =>
        new(
            Fault.Missing(
                "own-process",
                $"creel can't close itself to others: {KernelFault.Words(Marshal.GetLastPInvokeError())}",
                $"Start it with {Switch}=0"
            )
        );
}
