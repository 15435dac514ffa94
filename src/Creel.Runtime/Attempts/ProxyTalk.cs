using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Core.Isolation;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>What is said to the proxy over the cell's own socket, byte by byte, and what it answers.</summary>
internal sealed class ProxyTalk : IDisposable
{
    /// <summary>An answer that takes longer is none; a proxy that refuses does so at once.</summary>
    private const int PatienceMs = 5000;

    /// <summary>From one part of an answer to the next.</summary>
    private const int MoreMs = 1000;

    private static readonly IPAddress Nobody = IPAddress.Parse("192.0.2.1");

    private ProxyTalk(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <summary>
    /// Where a cell has no proxy, its network says whether something leaves: to ask the kernel for a route sends nothing.
    /// </summary>
    public static Outcome With(AttemptOrder order, Func<ProxyTalk, Outcome> attempt)
    {
        const string Inside = $"{CellPaths.ProxyFolder}/{CellPaths.ProxySocketName}";
        var path = File.Exists(Inside) ? Inside : order.Proxy?.Socket;
        if (path is null)
        {
            return Reach.Way(Nobody, WaysOut.Somebody, order.Closed).Held == false
                ? Outcome.Through("no proxy is between it and the network")
                : Outcome.Stopped("it has no proxy, and no other way out");
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            return Outcome.Untried("its proxy does not answer");
        }

        using var talk = new ProxyTalk(socket);
        return attempt(talk);
    }

    /// <summary>A connection that is open already.</summary>
    public static ProxyTalk Over(Socket socket) => new(socket);

    /// <summary>Tries one after the other, each on a connection of its own.</summary>
    public static Outcome Each(AttemptOrder order, IEnumerable<string> requests) =>
        Outcome.Worst(requests.Select(request => With(order, talk => talk.Refused(request))));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[Socket.Send(bytes)..];
            }
        }
        catch (SocketException)
        {
            // It has hung up, and that is an answer, too.
        }
    }

    /// <returns>What comes until it hangs up, or until that is enough; null: nothing, and it did not hang up either.</returns>
    public byte[]? Hear(Func<byte[], bool> enough)
    {
        Socket.ReceiveTimeout = PatienceMs;
        var heard = new List<byte>();
        var buffer = new byte[4096];
        try
        {
            int count;
            while ((count = Socket.Receive(buffer)) > 0)
            {
                heard.AddRange(buffer.AsSpan(0, count));
                Socket.ReceiveTimeout = MoreMs;
                if (enough([.. heard]) || heard.Count > 64 * 1024)
                {
                    break;
                }
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return heard.Count > 0 ? [.. heard] : null;
        }
        catch (SocketException)
        {
            // Cut off.
        }

        return [.. heard];
    }

    /// <summary>Every answer to this must be a refusal; one that comes from looking further is none.</summary>
    public Outcome Refused(string request)
    {
        // Who has no more to say is taken for one who is gone, and gets no answer: so this end stays open.
        Send(Encoding.Latin1.GetBytes(request));
        var tunnel = request.StartsWith("CONNECT ", StringComparison.Ordinal);
        var what = request.Split('\r', 2)[0];
        what = what.Length > 90 ? what[..90] + "…" : what;
        if (Hear(so => tunnel && so.AsSpan().IndexOf("\r\n\r\n"u8) >= 0) is not { } heard)
        {
            return Outcome.Untried($"{what}: no answer");
        }

        var answers = Statuses(Encoding.Latin1.GetString(heard));
        return answers.FirstOrDefault(code => code[0] != '4') is { } other ? Outcome.Through($"{what}: {other}")
            : answers.Count == 0 ? Outcome.Stopped($"{what}: closed without an answer")
            : Outcome.Stopped($"{what}: {string.Join(", ", answers)}");
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>The code of each answer; a line in a body that looks like one counts as well, which errs on the safe side.</summary>
    internal static IReadOnlyList<string> Statuses(string text) =>
        [
            .. text.Split("HTTP/1.", StringSplitOptions.None)
                .Skip(1)
                .Where(rest => rest.Length >= 5 && rest[1] == ' ' && rest.AsSpan(2, 3).IndexOfAnyExceptInRange('0', '9') < 0)
                .Select(rest => rest.Substring(2, 3)),
        ];
}
