namespace Creel.Runtime.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code; 128 + n after signal n, as shells say it.</param>
/// <param name="Signal">The signal's name, as in <c>SIGKILL</c>; null where it exited by itself.</param>
internal sealed record ExitStatus(int Code, string? Signal)
{
    private static readonly string[] Names =
    [
        "SIGHUP",
        "SIGINT",
        "SIGQUIT",
        "SIGILL",
        "SIGTRAP",
        "SIGABRT",
        "SIGBUS",
        "SIGFPE",
        "SIGKILL",
        "SIGUSR1",
        "SIGSEGV",
        "SIGUSR2",
        "SIGPIPE",
        "SIGALRM",
        "SIGTERM",
        "SIGSTKFLT",
        "SIGCHLD",
        "SIGCONT",
        "SIGSTOP",
        "SIGTSTP",
        "SIGTTIN",
        "SIGTTOU",
        "SIGURG",
        "SIGXCPU",
        "SIGXFSZ",
        "SIGVTALRM",
        "SIGPROF",
        "SIGWINCH",
        "SIGIO",
        "SIGPWR",
        "SIGSYS",
    ];

    /// <param name="status">As waitpid(2) gives it.</param>
    public static ExitStatus FromWait(int status)
    {
        var signal = status & 0x7f;
        return signal == 0
            ? new ExitStatus((status >> 8) & 0xff, null)
            : new ExitStatus(128 + signal, signal <= Names.Length ? Names[signal - 1] : $"SIG{signal}");
    }
}
