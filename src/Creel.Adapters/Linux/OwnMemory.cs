using System.Runtime.InteropServices;
using Creel.Core;

namespace Creel.Adapters.Linux;

/// <summary>What this process has in memory: its tokens, and every cell's words.</summary>
public static class OwnMemory
{
    private const int SetDumpable = 4;

    /// <summary>Keeps other processes of the same user from reading it, by /proc, a debugger or a core dump.</summary>
    /// <exception cref="CreelException">The kernel refuses.</exception>
    public static void Close()
    {
        if (Libc.prctl(SetDumpable, 0, 0, 0, 0) != 0)
        {
            throw KernelFault.Of("prctl(PR_SET_DUMPABLE)", Marshal.GetLastPInvokeError());
        }
    }
}
