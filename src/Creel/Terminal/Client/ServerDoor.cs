using System.Net;
using System.Net.Sockets;
using Creel.Adapters.Tls;
using Creel.Core;

namespace Creel.Terminal.Client;

/// <summary>
/// How the server is reached: by the socket that it left, which no other user can reach or fill, and where that fails by its
/// address. The token goes to nobody but root, ourselves and the token's owner.
/// </summary>
/// <param name="url">What requests name, whichever way they go.</param>
/// <param name="socket">Null: by the address alone.</param>
/// <param name="note">Hears once why the socket is not used.</param>
internal sealed class ServerDoor(Uri url, string? socket, string tokenFile, Action<string> note)
{
    // From the kernel's own headers: SOL_SOCKET and SO_PEERCRED, which answers with pid, uid and gid.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    private const string NoServer = "no-server";
    private const string ServerGone = "server-gone";

    private int noted;

    public Uri Url => url;

    /// <summary>There is no server any more, as against one that is slow, unwell or not ours.</summary>
    public static bool IsGone(Fault fault) => fault.Code is NoServer or ServerGone;

    /// <summary>No proxy and no redirects: the token is for this server alone.</summary>
    public SocketsHttpHandler Handler() =>
        new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = ConnectAsync,
            SslOptions = PeerChain.Options,
        };

    /// <summary>What kept a request from its answer.</summary>
    public CreelException Explain(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case CreelException known:
                    return known;
                case HttpRequestException { InnerException: SocketException }:
                    return new CreelException(
                        Fault.Unavailable(
                            NoServer,
                            $"no server answers at {url.GetLeftPart(UriPartial.Authority)}",
                            "start it with: creel serve"
                        ),
                        e
                    );
            }
        }

        return Broken(e);
    }

    /// <summary>The connection ended before the answer did.</summary>
    public static CreelException Broken(Exception e) =>
        new(Fault.Unavailable(ServerGone, "the server broke the connection off", "see whether it still runs: creel ps"), e);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        string? reason = null;
        if (socket is not null)
        {
            try
            {
                return await BySocketAsync(socket, cancel);
            }
            catch (Exception e) when (e is SocketException or ArgumentException)
            {
                reason = File.Exists(socket) ? e.Message : $"{socket} is not there";
            }
        }

        PortOwner.Check(url, tokenFile);
        var stream = await OpenAsync(new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, context.DnsEndPoint, cancel);
        if (reason is not null && Interlocked.Exchange(ref noted, 1) == 0)
        {
            note($"the server's socket does not answer ({reason}); going by {url.GetLeftPart(UriPartial.Authority)}");
        }

        return stream;
    }

    private async ValueTask<Stream> BySocketAsync(string path, CancellationToken cancel)
    {
        var way = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var stream = await OpenAsync(way, new UnixDomainSocketEndPoint(path), cancel);
        try
        {
            CheckPeer(way);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<NetworkStream> OpenAsync(Socket way, EndPoint to, CancellationToken cancel)
    {
        try
        {
            await way.ConnectAsync(to, cancel);
            return new NetworkStream(way, ownsSocket: true);
        }
        catch
        {
            way.Dispose();
            throw;
        }
    }

    /// <summary>In the folder of the token nobody else can listen; in another one somebody might have been faster.</summary>
    private void CheckPeer(Socket way)
    {
        var found = new byte[12];
        way.GetRawSocketOption(SocketLevel, PeerCredentials, found);
        var uid = BitConverter.ToUInt32(found, 4);
        if (!PortOwner.IsTrusted(uid, tokenFile))
        {
            throw new CreelException(
                Fault.Refused(
                    "socket-stranger",
                    $"{socket} is held by another user (uid {uid}), who would get the admin token",
                    "see who it is with ss -lxp, and start the server with: creel serve"
                )
            );
        }
    }
}
