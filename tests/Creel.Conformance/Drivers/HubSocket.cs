using System.Diagnostics;
using System.Net.Sockets;
using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>
/// A stand-in for the hub: greets whoever connects. The socket's owner and mode are those that the hub gives it.
/// </summary>
internal sealed class HubSocket : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private HubSocket() { }

    public static HubSocket Listen(CellBench bench, CellSpec spec)
    {
        var hub = new HubSocket();
        var path = Path.Combine(spec.HubFolder, CellPaths.HubSocketName);
        hub.listener.Bind(new UnixDomainSocketEndPoint(path));
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (spec.User is { } user)
        {
            Ownership.GiveGroup(path, user.Gid);
            File.SetUnixFileMode(path, Own | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        }
        else
        {
            File.SetUnixFileMode(bench.Given(path), Own);
        }

        hub.listener.Listen();
        _ = Task.Run(hub.GreetAsync);
        return hub;
    }

    /// <summary>A line of shell that connects and prints <c>answer: …</c>, or why not.</summary>
    public static string Ask(string path) =>
        $"perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack_sockaddr_un($ARGV[0])) or die \"refused: $!\\n\"; print \"answer: \", scalar <S>' \"{path}\"";

    /// <summary>What another user of the host is told there.</summary>
    public static async Task<string> AskAsAsync(CellUser user, string path)
    {
        string[] command = [.. HostTools.TakeOn(user, lasting: true), "/bin/sh", "-c", $"exec 2>&1; {Ask(path)}"];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadToEndAsync();
    }

    public void Dispose() => listener.Dispose();

    private async Task GreetAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                await client.SendAsync("hello\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return;
        }
    }
}
