using System.Text;

namespace Creel.Runtime.Attempts;

/// <summary>Kinds of sockets that see more than one's own connections, or reach corners of the kernel.</summary>
internal static unsafe class Sockets
{
    private const int Internet = 2;
    private const int Packet = 17;
    private const int NetLink = 16;
    private const int Datagram = 2;
    private const int Raw = 3;
    private const int GetFlags = 0x8913;
    private const int SetFlags = 0x8914;

    /// <summary>By number: key, CAN, Bluetooth, the kernel's ciphers, virtual machines, express data path.</summary>
    private static readonly int[] Others = [15, 29, 31, 38, 40, 44];

    /// <summary>By number: sockets of all, audit, packet filter, device events.</summary>
    private static readonly int[] Events = [4, 9, 12, 15];

    public static AttemptLine[] Table { get; } =
    [
        new("network.raw", _ => Open(Internet, Raw, 1)),
        new("network.packet", _ => Open(Packet, Raw, 0x0300)),
        new(
            "network.other-families",
            _ => Outcome.Worst(Others.SelectMany(family => new[] { Family(family, 5), Family(family, 1) }))
        ),
        new("network.kernel-events", _ => Outcome.Worst(Events.Select(protocol => Open(NetLink, Raw, protocol)))),
        new("network.devices", _ => ChangeLoopback()),
    ];

    private static Outcome Open(int family, int kind, int protocol) =>
        Tries.File($"socket({family}, {kind}, {protocol})", Kernel.Call(CallNumbers.Socket, family, kind, protocol));

    /// <summary>Whatever else is wrong with the kind, the family answers.</summary>
    private static Outcome Family(int family, int kind) =>
        Tries.File(
            $"socket({family}, {kind}, 0)",
            Kernel.Call(CallNumbers.Socket, family, kind),
            allowed: [Kernel.EPROTONOSUPPORT, Kernel.ESOCKTNOSUPPORT]
        );

    /// <summary>Sets the loopback's flags to what they are: the right to do so is all that is asked.</summary>
    private static Outcome ChangeLoopback()
    {
        var request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        Encoding.ASCII.GetBytes("lo").CopyTo(new Span<byte>(request, 40));
        var socket = Kernel.Call(CallNumbers.Socket, Internet, Datagram);
        _ = Kernel.Call(CallNumbers.Ioctl, socket, GetFlags, (nint)request);
        var set = Tries.Call("to set a device's flags", Kernel.Call(CallNumbers.Ioctl, socket, SetFlags, (nint)request));
        _ = Kernel.close((int)socket);
        return set;
    }
}
