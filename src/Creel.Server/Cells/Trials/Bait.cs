using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Creel.Server.Cells.Trials;

/// <summary>What the host itself lays out for attempts: a secret in a private file, and one on its loopback. Gone with this object.</summary>
internal sealed class Bait : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Bait(string home)
    {
        File = Path.Combine(home, $"verify-{Word()}");
        using (
            var file = new FileStream(
                File,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            )
        )
        {
            file.Write(Encoding.ASCII.GetBytes(Secret));
        }

        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        _ = AnswerAsync();
    }

    public string Secret { get; } = Word();

    public string File { get; }

    public int Port { get; }

    /// <summary>The host's, without its loopback's.</summary>
    public static IReadOnlyList<string> HostAddresses() =>
        [
            .. NetworkInterface
                .GetAllNetworkInterfaces()
                .SelectMany(one => one.GetIPProperties().UnicastAddresses)
                .Select(one => one.Address)
                .Where(one => !IPAddress.IsLoopback(one) && one.AddressFamily == AddressFamily.InterNetwork)
                .Select(one => one.ToString())
                .Distinct(),
        ];

    /// <summary>One that nobody can guess, in hexadecimal digits.</summary>
    public static string Word() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public void Dispose()
    {
        socket.Dispose();
        System.IO.File.Delete(File);
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using var caller = await socket.AcceptAsync();
                await caller.SendAsync(Encoding.ASCII.GetBytes(Secret));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }
}
