using System.Net;
using System.Net.Sockets;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Linux;

public sealed class RelayPortsTests : IDisposable
{
    private const int Count = 5;

    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;
    private readonly int first = FreeRun();

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_port_that_another_program_has_is_passed_by_and_the_one_that_was_found_is_kept()
    {
        using (Listen(first))
        {
            Of("a").ShouldBe(first + 1);
        }

        Of("a").ShouldBe(first + 1);
        using (Listen(first + 1))
        {
            Of("a").ShouldBe(first);
        }

        Of("a").ShouldBe(first);
    }

    [Fact]
    public async Task Two_cells_of_one_Creel_never_get_the_same_also_while_none_listens()
    {
        var ports = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => Task.Run(() => Of($"{i}"))));

        ports.Order().ShouldBe(Enumerable.Range(first, Count));
        var fault = Should.Throw<CreelException>(() => Of("one too many")).Fault;
        fault.Code.ShouldBe("relay-ports");
        fault.Message.ShouldContain($"{first} to {first + Count - 1}");
    }

    private int Of(string cell) =>
        new RelayPorts(first, Count).Of(
            new CellSpec
            {
                Id = new CellId("c"),
                Group = GroupId.Parse("homer"),
                Habitat = "test",
                Network = NetworkMode.Host,
                Limits = ResourceLimits.Unlimited,
                Folder = Directory.CreateDirectory(Path.Combine(root, cell)).FullName,
                StateFolder = root,
                HubFolder = root,
                RuntimeFile = "/bin/true",
                Workspaces = [],
                RelayPort = first,
            }
        );

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }

    /// <summary>Below the ports that the kernel gives out by itself.</summary>
    private static int FreeRun()
    {
        for (var from = 21_000 + Random.Shared.Next(1000) * Count; ; from += Count)
        {
            try
            {
                Enumerable.Range(from, Count).Select(Listen).ToList().ForEach(socket => socket.Dispose());
                return from;
            }
            catch (SocketException)
            {
                // The next ones, then.
            }
        }
    }
}
