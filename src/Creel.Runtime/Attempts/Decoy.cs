using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>
/// <c>creel-runtime --decoy WORD</c>: what other cells try to find and reach. It leaves files, listens, and shares memory under
/// names with the word in it, and takes all of it away when its input ends.
/// </summary>
internal static class Decoy
{
    private const string Prefix = "creel-decoy-";
    private const int MakeForAll = 0x200 | 0x1B6;
    private const int Remove = 0;
    private const int CreateQueue = 0x42;

    public static string Name(string word) => Prefix + word;

    /// <summary>The key of its System V memory.</summary>
    public static int Segment(string word) => int.Parse(word.AsSpan(0, 7), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static async Task<int> RunAsync(string word, TextReader input, TextWriter output)
    {
        if (
            await input.ReadLineAsync().ConfigureAwait(false) is not { } line
            || JsonSerializer.Deserialize(line, LinkJson.Default.DecoyOrder) is not { Secret: { } secret } order
        )
        {
            return ExitCodes.Invalid;
        }

        var files = Plant(word, secret);
        var segment = Kernel.Call(CallNumbers.Shmget, Segment(word), 4096, MakeForAll);
        var queue = Kernel.Call(CallNumbers.MqOpen, Name(word), CreateQueue, 0x1B6);
        using var door = Listen(AddressFamily.Unix, new UnixDomainSocketEndPoint("\0" + Name(word)), secret);
        using var port = Listen(
            AddressFamily.InterNetwork,
            new IPEndPoint(order.Loopback ? IPAddress.Loopback : IPAddress.Any, 0),
            secret
        );
        try
        {
            var facts = new DecoyFacts(
                (int)Kernel.geteuid(),
                ((IPEndPoint)port.LocalEndPoint!).Port,
                order.Loopback ? [] : OwnAddresses()
            );
            await output.WriteLineAsync(JsonSerializer.Serialize(facts, LinkJson.Default.DecoyFacts)).ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
            _ = await input.ReadLineAsync().ConfigureAwait(false);
            return ExitCodes.Ok;
        }
        finally
        {
            files.ForEach(File.Delete);
            if (segment >= 0)
            {
                _ = Kernel.Call(CallNumbers.Shmctl, segment, Remove);
            }

            if (queue >= 0)
            {
                _ = Kernel.Call(CallNumbers.MqUnlink, Name(word));
            }
        }
    }

    /// <summary>All addresses of this network but the loopback's.</summary>
    public static IReadOnlyList<string> OwnAddresses() =>
        [
            .. NetworkInterface
                .GetAllNetworkInterfaces()
                .SelectMany(one => one.GetIPProperties().UnicastAddresses)
                .Select(one => one.Address)
                .Where(one => !IPAddress.IsLoopback(one) && one.AddressFamily == AddressFamily.InterNetwork)
                .Select(one => one.ToString())
                .Distinct(),
        ];

    private static List<string> Plant(string word, string secret)
    {
        var home = Environment.GetEnvironmentVariable("HOME") ?? ".";
        var planted = new List<string>();
        foreach (var folder in (string[])[".", home, "/tmp", "/dev/shm"])
        {
            try
            {
                // Of one that was ended before it could clear away.
                foreach (var left in Directory.EnumerateFiles(folder, Prefix + "*").Where(_ => folder is "." || folder == home))
                {
                    File.Delete(left);
                }

                var path = Path.Combine(folder, Name(word));
                File.WriteAllText(path, secret);
                planted.Add(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A cell that can't write there has nothing to be found there.
            }
        }

        return planted;
    }

    private static Socket Listen(AddressFamily family, EndPoint at, string secret)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(at);
        socket.Listen();
        _ = AnswerAsync(socket, Encoding.ASCII.GetBytes(secret));
        return socket;
    }

    private static async Task AnswerAsync(Socket socket, byte[] secret)
    {
        try
        {
            while (true)
            {
                using var caller = await socket.AcceptAsync().ConfigureAwait(false);
                await caller.SendAsync(secret).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }
}
