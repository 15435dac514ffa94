using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Core.Link;
using Creel.Runtime.Attempts;

namespace Creel.Tests.Attempts;

/// <summary>Creel's own files, sockets and process, and another cell's, where all of them lie open.</summary>
[Collection(nameof(Alone))]
public sealed class AttemptsOnCreelTests : IDisposable
{
    private const string Secret = "the-secret";
    private const string Word = "4711abcd4711abcd";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("creel-attempts-");
    private readonly List<Socket> services = [];

    public void Dispose()
    {
        services.ForEach(service => service.Dispose());
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("host.admin-token")]
    [InlineData("host.database")]
    [InlineData("host.mounts-of-home")]
    [InlineData("neighbour.state-read")]
    public void Its_files_are_found(string id)
    {
        File.WriteAllText(At("admin.token"), "x");
        File.WriteAllText(At("creel.db"), "x");
        Directory.CreateDirectory(At("home"));
        File.WriteAllText(At($"home/{Decoy.Name(Word)}"), Secret);
        Through(id, Order());
    }

    [Theory]
    [InlineData("host.serve-door")]
    [InlineData("neighbour.hub-socket")]
    public void Its_sockets_answer(string id)
    {
        Listen(AddressFamily.Unix, new UnixDomainSocketEndPoint(At("creel.sock")), Secret);
        Through(id, Order());
    }

    [Theory]
    [InlineData("naming.hub-admin", "200 OK", false)]
    [InlineData("naming.hub-parent", "200 OK", false)]
    [InlineData("naming.agent-name", "201 Created", false)]
    [InlineData("naming.group-name", "202 Accepted", false)]
    [InlineData("naming.stranger-name", "200 OK", false)]
    [InlineData("naming.hub-admin", "403 Forbidden", true)]
    [InlineData("naming.stranger-name", "404 Not Found", true)]
    public void What_the_hub_answers_with_success_was_allowed(string id, string status, bool held)
    {
        Listen(AddressFamily.Unix, new UnixDomainSocketEndPoint(At("hub.sock")), $"HTTP/1.1 {status}\r\n\r\n");
        AttemptProgram.Try(id, Order()).Held.ShouldBe(held);
    }

    [Theory]
    [InlineData("host.serve-signal")]
    [InlineData("host.serve-environ")]
    [InlineData("host.serve-memory")]
    public void Its_process_is_reached(string id)
    {
        File.Copy("/bin/sh", At("creel"));
        using var serve = Process.Start(At("creel"), ["-c", "sleep 100; :"]);
        try
        {
            // Between the fork and the program it is called otherwise.
            SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{serve.Id}/comm") == "creel\n", 30_000).ShouldBeTrue();
            Through(id, Order() with { ServePid = serve.Id });
        }
        finally
        {
            serve.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    [Shows("network.neighbour-address")]
    public void Another_cells_address_is_reached()
    {
        var at = IPAddress.Parse("127.0.0.2");
        var service = Listen(AddressFamily.InterNetwork, new IPEndPoint(at, 0), Secret);
        var decoy = new DecoyFacts(0, ((IPEndPoint)service.LocalEndPoint!).Port, [at.ToString()]);
        Through("network.neighbour-address", Order() with { Neighbour = Order().Neighbour! with { Decoy = decoy } });
    }

    private string At(string name) => Path.Combine(folder.FullName, name);

    private AttemptOrder Order() =>
        Sample.Order() with
        {
            Home = folder.FullName,
            Secret = Secret,
            HubSocket = At("hub.sock"),
            Neighbour = new(
                "lisa",
                "12345678",
                "lisa",
                Word,
                folder.FullName,
                folder.FullName,
                At("creel.sock"),
                null,
                new DecoyFacts(0, 1, [])
            ),
        };

    private Socket Listen(AddressFamily family, EndPoint at, string answer)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Unspecified);
        services.Add(socket);
        socket.Bind(at);
        socket.Listen();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var caller = await socket.AcceptAsync();
                if (family == AddressFamily.Unix)
                {
                    await caller.ReceiveAsync(new byte[4096]);
                }

                await caller.SendAsync(Encoding.ASCII.GetBytes(answer));
            }
        });
        return socket;
    }

    private static void Through(string id, AttemptOrder order)
    {
        var outcome = AttemptProgram.Try(id, order);
        outcome.Held.ShouldBe(false, $"{id}: {outcome.Evidence}");
    }
}
