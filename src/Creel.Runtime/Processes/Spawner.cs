using System.Runtime.InteropServices;
using Creel.Core;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime.Processes;

/// <summary>
/// Starts programs by posix_spawn: own session, no inherited signal masks, nothing open but the three standard files.
/// </summary>
internal static unsafe class Spawner
{
    private const short Flags = 0x80 | 8 | 4; // SETSID, SETSIGMASK, SETSIGDEF
    private const int SignalSet = 128;

    /// <exception cref="CreelException">No such program or folder, or the system has no process left to give.</exception>
    public static Child Start(SpawnOrder order)
    {
        var program = Resolve(order);
        Span<int> input = [-1, -1];
        Span<int> output = [-1, -1];
        Span<int> errors = [-1, -1];
        try
        {
            if (order.Input == SpawnInput.Pipe)
            {
                Pipe(input);
            }

            Pipe(output);
            if (!order.MergeErrors)
            {
                Pipe(errors);
            }

            var started = Spawn(
                program,
                order,
                new ThreeFiles(input[0], output[1], order.MergeErrors ? output[1] : errors[1], null)
            );
            var child = new Child(started.Pid, started.Exit, Own(ref input[1]), Own(ref output[0])!, Own(ref errors[0]));
            return child;
        }
        finally
        {
            Close(input);
            Close(output);
            Close(errors);
        }
    }

    /// <summary>The same on a terminal; the caller owns its master side.</summary>
    public static Child StartOn(Terminal terminal, SpawnOrder order)
    {
        var started = Spawn(Resolve(order), order, new ThreeFiles(-1, -1, -1, terminal.SlaveName));
        return new Child(started.Pid, started.Exit, null, null, null);
    }

    private readonly record struct ThreeFiles(int Input, int Output, int Errors, string? Terminal);

    private static string Resolve(SpawnOrder order)
    {
        if (order.Arguments.Count == 0)
        {
            throw new CreelException(
                Fault.Invalid("no-program", "The command is an empty list", "Give the program and its arguments")
            );
        }

        if (
            order.Arguments.Any(a => a.Contains('\0'))
            || order.Environment.Any(v => v.Key.Contains('\0') || v.Value.Contains('\0'))
        )
        {
            throw new CreelException(Fault.Invalid("zero-byte", "A program's argument or variable can't hold a zero byte"));
        }

        if (!Directory.Exists(order.Folder))
        {
            throw new CreelException(Fault.NotFound("no-folder", $"There is no folder '{order.Folder}' to run in"));
        }

        return ProgramFile.Find(order.Arguments[0], order.Environment, order.Folder);
    }

    private static (int Pid, Task<ExitStatus> Exit) Spawn(string program, SpawnOrder order, ThreeFiles files)
    {
        var actions = stackalloc byte[Libc.SpawnStructure];
        var attributes = stackalloc byte[Libc.SpawnStructure];
        var signals = stackalloc byte[SignalSet];
        using var strings = new NativeStrings();
        _ = Libc.posix_spawn_file_actions_init(actions);
        _ = Libc.posix_spawnattr_init(attributes);
        try
        {
            _ = Libc.posix_spawnattr_setflags(attributes, Flags);
            _ = Libc.sigemptyset(signals);
            _ = Libc.posix_spawnattr_setsigmask(attributes, signals);
            _ = Libc.sigfillset(signals);
            _ = Libc.posix_spawnattr_setsigdefault(attributes, signals);
            AddFiles(actions, files, strings);
            _ = Libc.posix_spawn_file_actions_addchdir_np(actions, strings.One(order.Folder));
            var argv = strings.Many(order.Arguments);
            var environment = strings.Many([.. order.Environment.Select(v => $"{v.Key}={v.Value}")]);
            int pid;
            lock (Reaper.Gate)
            {
                var error = Libc.posix_spawn(&pid, strings.One(program), actions, attributes, argv, environment);
                return error == 0 ? (pid, Reaper.Expect(pid)) : throw Refused(program, error);
            }
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
        }
    }

    private static void AddFiles(byte* actions, ThreeFiles files, NativeStrings strings)
    {
        if (files.Terminal is { } terminal)
        {
            // Opened after setsid, so it becomes the controlling terminal.
            _ = Libc.posix_spawn_file_actions_addopen(actions, 0, strings.One(terminal), Libc.O_RDWR, 0);
            _ = Libc.posix_spawn_file_actions_adddup2(actions, 0, 1);
            _ = Libc.posix_spawn_file_actions_adddup2(actions, 0, 2);
            return;
        }

        if (files.Input < 0)
        {
            _ = Libc.posix_spawn_file_actions_addopen(actions, 0, strings.One("/dev/null"), 0, 0);
        }
        else
        {
            _ = Libc.posix_spawn_file_actions_adddup2(actions, files.Input, 0);
        }

        _ = Libc.posix_spawn_file_actions_adddup2(actions, files.Output, 1);
        _ = Libc.posix_spawn_file_actions_adddup2(actions, files.Errors, 2);
    }

    private static CreelException Refused(string program, int error) =>
        error is Libc.ENOEXEC or Libc.EACCES
            ? ProgramFile.NotRunnable(program, Marshal.GetPInvokeErrorMessage(error))
            : new(
                error == Libc.EAGAIN
                    ? Fault.Unavailable(
                        "no-process",
                        $"'{program}' can't start: the cell has reached its limit of processes",
                        "Let others end, or raise resources.pids"
                    )
                    : Fault.Unavailable("spawn", $"'{program}' can't start: {Marshal.GetPInvokeErrorMessage(error)}")
            );

    private static void Pipe(Span<int> pair)
    {
        fixed (int* descriptors = pair)
        {
            if (Libc.pipe2(descriptors, Libc.O_CLOEXEC) != 0)
            {
                throw new CreelException(
                    Fault.Unavailable("no-descriptor", "The runtime has no file descriptor left for a pipe")
                );
            }
        }
    }

    private static SafePipeHandle? Own(ref int descriptor)
    {
        if (descriptor < 0)
        {
            return null;
        }

        var handle = new SafePipeHandle(descriptor, ownsHandle: true);
        descriptor = -1;
        return handle;
    }

    private static void Close(Span<int> pair)
    {
        foreach (var descriptor in pair)
        {
            if (descriptor >= 0)
            {
                _ = Libc.close(descriptor);
            }
        }
    }
}
