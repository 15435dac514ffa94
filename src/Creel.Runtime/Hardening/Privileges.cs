using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Hardening;

/// <summary>What the runtime gives up before its first task; every task inherits it and none can take it back.</summary>
internal static unsafe class Privileges
{
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;
    private const int CloseOnExec = 4;
    private const int FilterMode = 1;
    private const int AllThreads = 1;

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public BpfProgram.Instruction* Instructions;
    }

    /// <summary>Whoever started us may have left files open; no task gets those.</summary>
    public static void KeepFilesFromTasks() => _ = Libc.close_range(3, uint.MaxValue, CloseOnExec);

    /// <summary>
    /// Not dumpable, so that a task can't read or steer its runtime though it has the same uid; no new rights; the filter.
    /// </summary>
    /// <exception cref="CreelException">The kernel refuses: then nothing may run.</exception>
    public static void GiveUp()
    {
        var calls = SystemCalls.Here ?? throw Missing("the system calls of this processor are not known");
        if (Libc.prctl(SetDumpable, 0, 0, 0, 0) != 0 || Libc.prctl(SetNoNewPrivileges, 1, 0, 0, 0) != 0)
        {
            throw Missing(Marshal.GetLastPInvokeErrorMessage());
        }

        var instructions = CellFilter.For(calls).Instructions;
        fixed (BpfProgram.Instruction* first = instructions)
        {
            var program = new FilterProgram { Length = (ushort)instructions.Length, Instructions = first };
            if (Libc.syscall(calls.Seccomp, FilterMode, AllThreads, &program) != 0)
            {
                throw Missing(Marshal.GetLastPInvokeErrorMessage());
            }
        }
    }

    private static CreelException Missing(string why) =>
        new(
            Fault.Missing(
                "no-filter",
                $"The filter of system calls can't be put on: {why}",
                $"Use a kernel with seccomp, or {RuntimeVariables.Privileges}=keep in a machine that is a boundary by itself"
            )
        );
}
