namespace Creel.Runtime.Hardening;

/// <summary>
/// What no task may ask of the kernel, at any level: what changes the machine, makes new namespaces (most ways from a bug in
/// the kernel to root begin with one), or reaches past the sandbox's mounts. Debuggers and ordinary sockets work.
/// </summary>
internal static class CellFilter
{
    private const int EPERM = 1;
    private const int ENOSYS = 38;
    private const uint NewNamespaces = 0x7E020000;
    private const uint NewTimeNamespace = 0x80;

    public static BpfProgram For(SystemCalls calls)
    {
        var refuse = BpfProgram.Fail(EPERM);
        var program = new BpfProgram().OnlyArchitecture(calls.Architecture, refuse);
        if (calls.SecondTable is { } table)
        {
            program.Above(table, BpfProgram.Fail(ENOSYS));
        }

        foreach (var number in calls.Refused)
        {
            program.Call(number, refuse);
        }

        // clone3's flags lie in memory, which a filter can't read; the C library falls back to clone when there is none.
        return program
            .Call(calls.Clone3, BpfProgram.Fail(ENOSYS))
            .CallWithBits(calls.CloneCall, 0, NewNamespaces, refuse)
            .CallWithBits(calls.Unshare, 0, NewNamespaces | NewTimeNamespace, refuse)
            .CallWith(calls.Personality, 0, [0, 0xffffffff], refuse, but: true) // 0xffffffff only asks
            .CallWith(calls.Ioctl, 1, [0x5412, 0x541C], refuse) // TIOCSTI, TIOCLINUX: typing on somebody else's terminal
            .CallWith(calls.Socket, 0, [17, 40], refuse) // AF_PACKET, AF_VSOCK
            .Otherwise(BpfProgram.Allow);
    }
}
