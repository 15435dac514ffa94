using System.Net.Sockets;
using System.Text;

namespace Creel.Tests.Docker;

/// <summary>A socket that answers like an engine, or not at all: for what a real one does only when it is ill.</summary>
internal sealed class StandInEngine : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-engine-").FullName;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, string?> answer;

    /// <param name="answer">From the request's first line to the whole answer; null: silence, and the connection stays open.</param>
    public StandInEngine(Func<string, string?> answer)
    {
        this.answer = answer;
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
        _ = AcceptAsync();
    }

    public string Path => System.IO.Path.Combine(folder, "docker.sock");

    public static string Reply(int status, string body, string heads = "") =>
        $"HTTP/1.1 {status} X\r\n{heads}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public static string Ping(string version) => Reply(200, "OK", $"Api-Version: {version}\r\n");

    public void Dispose()
    {
        listener.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            var buffer = new byte[65536];
            while (await connection.ReceiveAsync(buffer) is > 0 and var length)
            {
                var line = Encoding.UTF8.GetString(buffer, 0, length).Split("\r\n")[0];
                if (answer(line) is not { } text)
                {
                    continue;
                }

                await connection.SendAsync(Encoding.UTF8.GetBytes(text));
                if (text.Length == 0)
                {
                    return;
                }
            }
        }
    }
}
