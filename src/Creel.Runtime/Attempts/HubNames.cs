using System.Net.Sockets;
using System.Text;
using Creel.Core.Isolation;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>What an agent may ask the hub over its cell's own socket, in words that lead elsewhere.</summary>
internal static class HubNames
{
    private static readonly string[] Admin = ["/agents", "/audit", "/cells", "/habitat", "/drivers", "/tasks/dead"];

    private static readonly string[] Parents =
    [
        "/creel/../audit",
        "/creel/%2e%2e/audit",
        "/creel/..%2faudit",
        "//audit",
        "/creel/agents/..%2f..%2faudit",
        "/CREEL/..//cells",
    ];

    public static AttemptLine[] Table { get; } =
    [
        new("naming.hub-admin", o => Outcome.Worst(Admin.Select(path => Get(o, path)))),
        new("naming.hub-parent", o => Outcome.Worst(Parents.Select(path => Get(o, path)))),
        new(
            "naming.agent-name",
            o => Outcome.Worst(((string[])["..%2f..%2fetc", "%2e%2e", "a%00b", "..%5c.."]).Select(name => Task(o, name)))
        ),
        new("naming.group-name", o => NeighbourFiles.With(o, n => Task(o, $"{n.Name}%2f..%2f{n.Agent}"))),
        new("naming.stranger-name", o => NeighbourFiles.With(o, n => Get(o, "/creel/whoami", n.Agent))),
    ];

    private static Outcome Get(AttemptOrder order, string path, string? agent = null) =>
        Send(order, $"GET {path}", agent ?? order.Agent, "");

    private static Outcome Task(AttemptOrder order, string name) =>
        Send(order, $"POST /creel/agents/{name}/task", order.Agent, """{"type":"exec","command":"true"}""");

    private static Outcome Send(AttemptOrder order, string what, string agent, string body)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            var inside = $"{CellPaths.HubFolder}/{CellPaths.HubSocketName}";
            socket.Connect(new UnixDomainSocketEndPoint(File.Exists(inside) ? inside : order.HubSocket));
            socket.ReceiveTimeout = 3000;
            socket.Send(
                Encoding.ASCII.GetBytes(
                    $"{what} HTTP/1.1\r\nHost: localhost\r\nX-Creel-Agent: {agent}\r\nContent-Type: application/json\r\n"
                        + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"
                )
            );
            var answer = new byte[64];
            var status = Encoding.ASCII.GetString(answer, 0, socket.Receive(answer)).Split(' ', 3);
            return status is [_, ['2', ..], ..] ? Outcome.Through($"{what} is answered")
                : status is [_, var code, ..] ? Outcome.Stopped($"{what}: {code}")
                : Outcome.Untried("the hub answers nothing");
        }
        catch (SocketException e)
        {
            return Outcome.Untried($"the hub's socket: {e.SocketErrorCode}");
        }
    }
}
