using System.Net;
using System.Net.Sockets;
using Creel.Commands.Views;
using Creel.Terminal.Client;

namespace Creel.Roots.Checks;

/// <summary>A server runs from this home and answers; or none does, and its usual ports are free.</summary>
internal static class ServeChecks
{
    private const int UsualHttp = 9091;
    private const int UsualWebSocket = 9090;

    public static IEnumerable<CheckView> Of(string home) =>
        Running(home) is { } endpoint
            ? [Answers(endpoint)]
            : [NotRunning(home), Port(UsualHttp, "http"), Port(UsualWebSocket, "ws")];

    /// <summary>Where it is; null where none runs.</summary>
    public static ServeEndpoint? Running(string home) =>
        ServeEndpoint.Left(home) is { } endpoint && IsCreel(endpoint.Pid) ? endpoint : null;

    private static bool IsCreel(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim() is "creel" or "dotnet";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static CheckView NotRunning(string home) =>
        ServeEndpoint.Left(home) is null
            ? CheckView.Fine("serve", "none runs from this home")
            : new CheckView("serve", CheckState.Warning, "it ended without being told to; its cells go on", "creel serve");

    private static CheckView Answers(ServeEndpoint endpoint)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(endpoint.Socket!));
            return CheckView.Fine("serve", $"it runs (process {endpoint.Pid}) and takes connections at {endpoint.Url}");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return new CheckView(
                "serve",
                CheckState.Failed,
                $"process {endpoint.Pid} runs, but its own socket does not answer: {e.Message}",
                $"kill {endpoint.Pid}, then: creel serve (cells go on meanwhile)"
            );
        }
    }

    private static CheckView Port(int port, string kind)
    {
        var name = $"port {port}";
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return CheckView.Fine(name, "free");
        }
        catch (SocketException e)
        {
            return new CheckView(
                name,
                CheckState.Warning,
                $"somebody else has it ({e.SocketErrorCode})",
                $"see who: ss -ltnp sport = :{port}; or: creel serve --{kind}-port PORT"
            );
        }
    }
}
