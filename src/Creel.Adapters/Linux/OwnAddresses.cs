using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Creel.Core;

namespace Creel.Adapters.Linux;

/// <summary>
/// Makes every address local to a cell's network, which has nothing but its loopback, and every port free for its user: what a
/// program in it dials, by whatever address, ends in the relay. Nothing leaves by that, since there is still no other link.
/// </summary>
internal static class OwnAddresses
{
    private const int NewNetwork = 0x40000000;
    private const int RouteFamily = 16;
    private const int RawSocket = 3;
    private const int CloseOnExec = 0x80000;
    private const short AddRoute = 24;
    private const short Error = 2;
    private const byte LocalTable = 255;
    private const byte StaticRoute = 4;
    private const byte HostScope = 254;
    private const byte LocalRoute = 2;
    private const short OutLink = 4;
    private const int Exists = 17;

    /// <summary>The number of the loopback in every network namespace.</summary>
    private const int Loopback = 1;

    private const string FirstPort = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

    /// <summary>Root may, unless the kernel's settings are read-only here, as they are in most containers.</summary>
    public static bool MayBeTaken { get; } = UnixUser.IsRoot && IsWritable(FirstPort);

    /// <param name="pid">A process in the cell.</param>
    /// <exception cref="CreelException">The kernel refused it; it takes root.</exception>
    public static async Task TakeAsync(int pid)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // A thread of its own, which ends in the other network: it must never carry anything else.
        new Thread(() =>
        {
            try
            {
                Take(pid);
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        {
            IsBackground = true,
        }.Start();
        await done.Task.ConfigureAwait(false);
    }

    private static void Take(int pid)
    {
        if (!Enter(pid))
        {
            // It has ended already; whoever waits for it is told how.
            return;
        }

        using var routes = new FileDescriptor(Must("socket", Libc.socket(RouteFamily, RawSocket | CloseOnExec, 0)));
        AllLocal(routes.Number, family: 2);
        try
        {
            AllLocal(routes.Number, family: 10);
        }
        catch (CreelException)
        {
            // No IPv6 here: then its addresses are no one's at all.
        }

        // As seen from this thread, which is in the cell's network.
        File.WriteAllText(FirstPort, "0");
    }

    private static bool Enter(int pid)
    {
        try
        {
            using var network = File.OpenHandle($"/proc/{pid}/ns/net");
            if (Name(pid.ToString(CultureInfo.InvariantCulture)) == Name("self"))
            {
                throw new InvalidOperationException($"process {pid} is in the host's network, whose addresses stay as they are");
            }

            Must("setns", Libc.setns((int)network.DangerousGetHandle(), NewNetwork));
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static bool IsWritable(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Write).Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? Name(string process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget;

    private static unsafe void AllLocal(int socket, byte family)
    {
        Span<byte> message = stackalloc byte[36];
        message.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt16LittleEndian(message[4..], AddRoute);

        // A request, to be acknowledged, for one that is not there yet.
        BinaryPrimitives.WriteInt16LittleEndian(message[6..], 0x1 | 0x4 | 0x200 | 0x400);
        message[16] = family;
        message[20] = LocalTable;
        message[21] = StaticRoute;
        message[22] = HostScope;
        message[23] = LocalRoute;
        BinaryPrimitives.WriteInt16LittleEndian(message[28..], 8);
        BinaryPrimitives.WriteInt16LittleEndian(message[30..], OutLink);
        BinaryPrimitives.WriteInt32LittleEndian(message[32..], Loopback);
        Span<byte> answer = stackalloc byte[4096];
        fixed (byte* sent = message)
        fixed (byte* read = answer)
        {
            Must("sending a route", (int)Libc.send(socket, sent, (nuint)message.Length, 0));
            Must("reading what became of a route", (int)Libc.recv(socket, read, (nuint)answer.Length, 0));
        }

        var error = -BinaryPrimitives.ReadInt32LittleEndian(answer[16..]);
        if (BinaryPrimitives.ReadInt16LittleEndian(answer[4..]) != Error || (error != 0 && error != Exists))
        {
            throw KernelFault.Of("a route to the loopback", error);
        }
    }

    private static int Must(string call, int result) =>
        result >= 0 ? result : throw KernelFault.Of(call, Marshal.GetLastPInvokeError());

    private sealed class FileDescriptor(int number) : IDisposable
    {
        private readonly Microsoft.Win32.SafeHandles.SafeFileHandle handle = new(number, ownsHandle: true);

        public int Number => (int)handle.DangerousGetHandle();

        public void Dispose() => handle.Dispose();
    }
}
