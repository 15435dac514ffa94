namespace Creel.Runtime.Hardening;

/// <summary>
/// What no task may ask of the kernel, at any level: what changes the machine, makes new namespaces (most ways from a bug in
/// the kernel to root begin with one), or reaches past the sandbox's mounts. Debuggers and ordinary sockets work. It refuses
/// what Docker's usual filter refuses, but for what debuggers use.
/// </summary>
internal static class CellFilter
{
    private const int EPERM = 1;
    private const int ENOSYS = 38;
    private const int EAFNOSUPPORT = 97;
    private const uint Unix = 1;
    private const uint Internet = 2;
    private const uint Internet6 = 10;
    private const uint NetLink = 16;
    private const uint Route = 0;
    private const uint NewNamespaces = 0x7E020000;
    private const uint NewTimeNamespace = 0x80;

    public static BpfProgram For(SystemCalls calls)
    {
        var refuse = BpfProgram.Fail(EPERM);
        var noFamily = BpfProgram.Fail(EAFNOSUPPORT);
        var program = new BpfProgram()
            .OnlyArchitecture(calls.Architecture, refuse)
            .Above(SystemCalls.Newest + 1, BpfProgram.Fail(ENOSYS)); // x32, too, which begins far above
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
            // Every other family is kernel code that no ordinary program needs: AF_ALG, AF_VSOCK, AF_PACKET, AF_KEY, ...
            .CallWith(calls.SocketPair, 0, [Unix], noFamily, but: true)
            .CallWithBoth(calls.Socket, (0, NetLink), (2, Route), noFamily) // what getaddrinfo asks for addresses
            .CallWith(calls.Socket, 0, [Unix, Internet, Internet6], noFamily, but: true)
            .Otherwise(BpfProgram.Allow);
    }
}
