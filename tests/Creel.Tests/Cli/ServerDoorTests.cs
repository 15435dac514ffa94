using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Tests.Hub;

namespace Creel.Tests.Cli;

/// <summary>The command line's own way into a real hub: its socket first, its port where that fails.</summary>
public sealed class ServerDoorTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string home = Directory.CreateTempSubdirectory("creel-door-").FullName;

    private string Socket => Path.Combine(home, "creel.sock");

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public async Task Who_fills_the_port_takes_no_place_from_the_socket()
    {
        await using var server = await ServerAsync(connections: 2);
        Leave(server, Socket);
        string[] agents = ["lisa", "maggie"];
        var tokens = await Task.WhenAll(agents.Select(server.RegisterAsync));
        server.Client.Dispose();

        // What has become a WebSocket is counted by itself, and leaves its place as a connection.
        await using var first = await Peer.OldAsync(server, agents[0], tokens[0], server.HttpPort);
        await using var second = await Peer.OldAsync(server, agents[1], tokens[1], server.HttpPort);
        await first.NextAsync("status");
        await second.NextAsync("status");
        using var third = await SilentAsync(server.HttpPort);
        using var fourth = await SilentAsync(server.HttpPort);
        await Should.ThrowAsync<HttpRequestException>(() => server.Anybody.GetAsync("/health"));

        var list = await RunAsync("agent", "list");
        (list.ExitCode, list.Error).ShouldBe((0, ""), list.ToString());
        list.Output.ShouldContain("maggie");

        await server.OpenAsync("c1", "bart");
        await using var runtime = await Peer.RuntimeAsync(server, "c1");
        var running = RunAsync("exec", "bart", "true");
        var open = await runtime.NextFrameAsync();
        await runtime.SendFrameAsync(StreamFrameKind.End, open.Stream, """{"exitCode":7}"""u8.ToArray());
        (await running).ExitCode.ShouldBe(7);
    }

    [Fact]
    public async Task Without_the_socket_the_port_is_used_and_the_reason_told_once()
    {
        await using var server = await ServerAsync();
        Leave(server, Socket + ".gone");

        var run = await RunAsync("agent", "list");

        run.ExitCode.ShouldBe(0);
        run.Error.ShouldStartWith(
            $"the server's socket does not answer ({Socket}.gone is not there); going by http://127.0.0.1:{server.HttpPort}\n"
        );
    }

    [Fact]
    public async Task An_address_that_was_written_out_is_the_one_that_is_used()
    {
        await using var server = await ServerAsync();
        Leave(server, Socket);

        var run = await RunAsync("agent", "list", "--url", "http://127.0.0.1:1");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldStartWith("creel: no server answers at http://127.0.0.1:1\n");
    }

    [Theory]
    [InlineData("localhost", null, HubServer.Token, 200)]
    [InlineData("127.0.0.1:9091", null, HubServer.Token, 200)]
    [InlineData("localhost", null, "wrong", 401)]
    [InlineData("evil.example", null, HubServer.Token, 421)]
    [InlineData("localhost", "http://localhost", HubServer.Token, 403)]
    public async Task The_socket_asks_for_the_same_token_and_takes_no_page(string host, string? origin, string token, int status)
    {
        await using var server = await ServerAsync();
        using var client = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancel) =>
                {
                    var way = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await way.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancel);
                    return new NetworkStream(way, ownsSocket: true);
                },
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/agents");
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task An_agent_that_is_registered_by_the_socket_is_told_a_port_that_it_can_dial()
    {
        await using var server = await ServerAsync();
        Leave(server, Socket);

        var run = await RunAsync("agent", "register", "far", "--json");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain($"ws://localhost:{server.HttpPort}/agent/far/");
    }

    [Fact]
    public async Task The_socket_of_the_dead_is_replaced_and_that_of_the_living_is_not()
    {
        await File.WriteAllTextAsync(Socket, "stale");
        await using var server = await ServerAsync();
        File.GetUnixFileMode(Socket).ShouldBe(Owner);

        var fault = await Should.ThrowAsync<CreelException>(() => ServerAsync());

        (fault.Fault.Kind, fault.Fault.Code).ShouldBe((FaultKind.Conflict, "socket-in-use"));
        Leave(server, Socket, port: 1);
        (await RunAsync("agent", "list")).ExitCode.ShouldBe(0);
    }

    [RootFact]
    public async Task Another_user_who_listens_there_is_not_given_the_token()
    {
        await using var server = await ServerAsync();
        File.SetUnixFileMode(home, (UnixFileMode)Convert.ToInt32("777", 8));
        const string Listen =
            "$s=IO::Socket::UNIX->new(Listen=>1,Local=>$ARGV[0]) or die; $|=1; print qq(up\\n); $c=$s->accept; print <$c>";
        using var stranger = Process.Start(
            new ProcessStartInfo(
                "setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-MIO::Socket", "-e", Listen, $"{home}/theirs"]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        (await stranger.StandardOutput.ReadLineAsync()).ShouldBe("up");
        Leave(server, $"{home}/theirs");

        var run = await RunAsync("agent", "list");
        stranger.Kill();

        run.ExitCode.ShouldBe(6, run.ToString());
        run.Error.ShouldContain("uid 65534");
        (await stranger.StandardOutput.ReadToEndAsync()).ShouldBeEmpty();
    }

    /// <summary>A connection that has a place, and keeps it. Places of those who went are free only a moment later.</summary>
    private static async Task<TcpClient> SilentAsync(int port)
    {
        while (true)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            try
            {
                await client.GetStream().WriteAsync("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
                if (await client.GetStream().ReadAsync(new byte[4096]) > 0)
                {
                    return client;
                }
            }
            catch (IOException)
            {
                // Refused by closing it.
            }

            client.Dispose();
        }
    }

    private Task<HubServer> ServerAsync(int connections = 100) =>
        HubServer.StartAsync(web: web => web with { OwnSocket = Socket, MaxConnections = connections });

    private void Leave(HubServer server, string socket, int? port = null)
    {
        ApiServer.Secret(Path.Combine(home, "admin.token"), HubServer.Token);
        ApiServer.Secret(
            Path.Combine(home, "serve.json"),
            JsonSerializer.Serialize(new { url = $"http://127.0.0.1:{port ?? server.HttpPort}", socket })
        );
    }

    private Task<CliRun> RunAsync(params string[] args) => new CliRun.Setting { Home = home }.RunAsync(args);
}
