using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Creel.Core.Link;
using Creel.Proxy.Egress;
using Creel.Runtime.Attempts;
using Creel.Tests.Runtime;

namespace Creel.Tests.Attempts;

/// <summary>A proxy that lies open and lets everything through, and one that refuses.</summary>
[Collection(nameof(Alone))]
public sealed class AttemptsOnProxyTests : IDisposable
{
    private const string Upstream = "api.anthropic.com";
    private static readonly byte[] ServerHello = [0x16, 3, 3, 0, 4, 2, 0, 0, 0];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("creel-attempts-");
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public void Dispose()
    {
        listener.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("outbound.proxy-environ")]
    [InlineData("outbound.proxy-memory")]
    [InlineData("outbound.proxy-vm")]
    [InlineData("outbound.proxy-descriptor")]
    [InlineData("outbound.proxy-signal")]
    [InlineData("outbound.proxy-core")]
    [InlineData("outbound.proxy-see")]
    [InlineData("outbound.key-environ")]
    public void Its_process_is_reached(string id) => WithProcess(pid => Through(id, Order(pid)));

    /// <summary>By a program of its own: whoever traces is told of everything, and has to listen.</summary>
    [Fact]
    [Shows("outbound.proxy-trace")]
    public void It_is_traced() =>
        WithProcess(pid =>
        {
            var start = new ProcessStartInfo(RuntimeProcess.File, ["--attempt"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            using var attempt = Process.Start(start)!;
            var order = Order(pid) with { Ids = ["outbound.proxy-trace"] };
            attempt.StandardInput.Write(JsonSerializer.Serialize(order, LinkJson.Default.AttemptOrder));
            attempt.StandardInput.Close();
            var row = JsonSerializer.Deserialize(attempt.StandardOutput.ReadToEnd(), LinkJson.Default.AttemptRow)!;
            row.Held.ShouldBe(false, row.Evidence);
        });

    private void WithProcess(Action<int> attempt)
    {
        File.Copy("/bin/sh", At("creel-proxy"));
        var start = new ProcessStartInfo(At("creel-proxy"), ["-c", "sleep 100; :"]);
        start.Environment["ANTHROPIC_API_KEY"] = "sk-ant-a-key-of-nobody-at-all";
        using var proxy = Process.Start(start)!;
        try
        {
            // Between the fork and the program it is called otherwise.
            SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{proxy.Id}/comm") == "creel-proxy\n", 30_000).ShouldBeTrue();
            attempt(proxy.Id);
        }
        finally
        {
            proxy.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("outbound.proxy-files")]
    [InlineData("outbound.proxy-control")]
    [InlineData("outbound.neighbour-proxy")]
    public void Its_files_and_sockets_are_found(string id)
    {
        File.WriteAllText(At("keys.box"), "x");
        Serve((_, _) => []);
        Through(id, Order());
    }

    [Theory]
    [InlineData("outbound.connect-denied")]
    [InlineData("outbound.connect-private")]
    [InlineData("outbound.http-denied")]
    [InlineData("outbound.redirect")]
    [InlineData("outbound.names")]
    [InlineData("outbound.server-name")]
    [InlineData("outbound.encrypted-name")]
    [InlineData("outbound.smuggle")]
    public void One_that_lets_all_through_is_found_out(string id)
    {
        Serve((heard, _) => heard[0] == 0x16 ? ServerHello : "HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        Through(id, Order());
    }

    /// <summary>Whoever answers that he can't reach it has tried to, and has looked its name up.</summary>
    [Theory]
    [InlineData("outbound.connect-denied")]
    [InlineData("outbound.names")]
    public void One_that_looks_before_it_refuses_is_found_out(string id)
    {
        Serve((_, _) => "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        Through(id, Order());
    }

    [Theory]
    [InlineData("outbound.connect-denied")]
    [InlineData("outbound.connect-private")]
    [InlineData("outbound.http-denied")]
    [InlineData("outbound.redirect")]
    [InlineData("outbound.server-name")]
    [InlineData("outbound.encrypted-name")]
    [InlineData("outbound.tls-host")]
    [InlineData("outbound.smuggle")]
    public void One_that_refuses_holds(string id)
    {
        Serve((heard, _) => heard[0] == 0x16 ? [] : "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n"u8.ToArray());
        var outcome = AttemptProgram.Try(id, Order());
        outcome.Held.ShouldBe(true, outcome.Evidence);
    }

    [Fact]
    public void The_second_answer_counts_as_well_as_the_first()
    {
        Serve((_, _) => "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        Through("outbound.smuggle", Order());
    }

    [Fact]
    [Shows("outbound.tls-host")]
    public void One_that_answers_for_any_host_in_any_tunnel_is_found_out()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={Upstream}", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        Serve(
            (heard, connection) =>
            {
                connection.Send("HTTP/1.1 200 OK\r\n\r\n"u8);
                using var tls = new SslStream(new NetworkStream(connection));
                tls.AuthenticateAsServer(certificate);
                heard = new byte[tls.Read(new byte[1024])];
                tls.Write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8);
                tls.ShutdownAsync().Wait();
                return [];
            }
        );
        Through("outbound.tls-host", Order());
    }

    [Fact]
    public void A_proxy_that_does_not_answer_proves_nothing() =>
        AttemptProgram.Try("outbound.connect-denied", Order()).Held.ShouldBeNull();

    [Theory]
    [InlineData("A=1\0ANTHROPIC_API_KEY=proxy:bart\0", null)]
    [InlineData("SSH_AUTH_SOCK=/tmp/agent.1234567890123456\0EMPTY=\0", null)]
    [InlineData("OPENAI_API_KEY=abcdefgh12345678\0", "OPENAI_API_KEY")]
    [InlineData("MINE=sk-ant-api03-aaaaaaaaaaaa\0", "MINE")]
    [InlineData("no variable at all", null)]
    public void A_key_is_known_by_its_name_or_its_look(string environment, string? name) =>
        KeyHolder.KeyIn(environment).ShouldBe(name);

    /// <summary>What the proxy would not take for one would prove nothing.</summary>
    [Theory]
    [InlineData("a.example", false)]
    [InlineData("a.example", true)]
    [InlineData(null, false)]
    public void Its_hello_is_one_as_the_proxy_reads_it(string? name, bool encrypted)
    {
        var state = ClientHello.Read(new(HelloText.Of(name, encrypted)), out var hello);
        state.ShouldBe(ClientHello.State.Whole);
        hello!.ServerName.ShouldBe(name);
        hello.IsEncrypted.ShouldBe(encrypted);
    }

    private string At(string name) => Path.Combine(folder.FullName, name);

    private AttemptOrder Order(int? pid = null) =>
        Sample.Order() with
        {
            Proxy = new AttemptProxy(pid, folder.FullName, At("proxy.sock"), At("proxy.sock"), Upstream),
            Neighbour = new(
                "lisa",
                "12345678",
                "lisa",
                "4711",
                folder.FullName,
                folder.FullName,
                At("hub.sock"),
                null,
                new DecoyFacts(0, 1, []),
                At("proxy.sock")
            ),
        };

    /// <param name="answer">Given what was heard; nothing ends the connection.</param>
    private void Serve(Func<byte[], Socket, byte[]> answer)
    {
        listener.Bind(new UnixDomainSocketEndPoint(At("proxy.sock")));
        listener.Listen();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var connection = await listener.AcceptAsync();
                _ = Task.Run(() => Answer(connection, answer));
            }
        });
    }

    private static void Answer(Socket connection, Func<byte[], Socket, byte[]> answer)
    {
        using (connection)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                for (int count; (count = connection.Receive(buffer)) > 0; )
                {
                    if (answer(buffer[..count], connection) is not { Length: > 0 } said)
                    {
                        return;
                    }

                    connection.Send(said);
                    if (Encoding.ASCII.GetString(said).Contains("Connection: close", StringComparison.Ordinal))
                    {
                        return;
                    }
                }
            }
            catch (SocketException)
            {
                // The other end has heard enough.
            }
        }
    }

    private static void Through(string id, AttemptOrder order)
    {
        var outcome = AttemptProgram.Try(id, order);
        outcome.Held.ShouldBe(false, $"{id}: {outcome.Evidence}");
    }
}
