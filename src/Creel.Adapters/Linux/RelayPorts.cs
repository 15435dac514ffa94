using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>
/// The relay's port of a cell that shares the host's loopback: one that nobody listens on and no other cell of this Creel was
/// given. It is kept in the cell's folder, so that the cell has the same one next time, unless somebody took it meanwhile.
/// </summary>
internal sealed class RelayPorts(int first = CellPaths.RelayPort + 1, int count = 10_000)
{
    private const string Name = "relay-port";

    /// <summary>Of the whole process: its cells start side by side.</summary>
    private static readonly Lock Giving = new();

    /// <summary>The cell with its relay's port: where it shares the host's loopback a free one, else the same in every cell.</summary>
    /// <exception cref="CreelException">All are taken.</exception>
    public CellSpec Given(CellSpec spec) => spec.Network == NetworkMode.Host ? spec with { RelayPort = Of(spec) } : spec;

    /// <exception cref="CreelException">All are taken.</exception>
    public int Of(CellSpec spec)
    {
        lock (Giving)
        {
            var kept = Kept(spec.Folder);
            var others = Directory
                .EnumerateDirectories(Path.GetDirectoryName(spec.Folder)!)
                .Where(folder => folder != spec.Folder)
                .Select(Kept)
                .ToHashSet();
            var port = Candidates(kept, spec.RelayPort).Cast<int?>().FirstOrDefault(p => !others.Contains(p) && IsFree(p!.Value));
            if (port is not { } free)
            {
                throw new CreelException(
                    Fault.Unavailable(
                        "relay-ports",
                        $"cell {spec.Group} finds no port for its relay: all from {first} to {first + count - 1} are taken on 127.0.0.1",
                        "End what listens there (ss -ltnp shows it), or give the cell isolation session, which has ports of its own"
                    )
                );
            }

            if (free != kept)
            {
                CellFiles.Write(spec.Folder, Name, free.ToString(CultureInfo.InvariantCulture));
            }

            return free;
        }
    }

    private IEnumerable<int> Candidates(int? kept, int asked)
    {
        if (kept is { } port)
        {
            yield return port;
        }

        yield return asked;
        for (var i = 0; i < count; i++)
        {
            yield return first + (Math.Max(0, asked - first) + i) % count;
        }
    }

    private static int? Kept(string folder) =>
        int.TryParse(CellFiles.Read(folder, Name), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
