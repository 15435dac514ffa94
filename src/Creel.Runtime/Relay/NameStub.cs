using System.Net;
using System.Net.Sockets;

namespace Creel.Runtime.Relay;

/// <summary>
/// Answers the questions for names in a cell where every address leads to the relay. No question leaves the cell: which name
/// was meant, the proxy learns from what is sent to it.
/// </summary>
internal sealed class NameStub : IDisposable
{
    private const int Port = 53;
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly RuntimeLog log;

    /// <exception cref="SocketException">The port may not be had.</exception>
    public NameStub(RuntimeLog log, int port = Port)
    {
        this.log = log;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public IPEndPoint At => (IPEndPoint)socket.LocalEndPoint!;

    public async Task RunAsync(CancellationToken stop)
    {
        var question = new byte[NameAnswer.Longest];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var got = await socket
                    .ReceiveMessageFromAsync(question, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop)
                    .ConfigureAwait(false);
                if (NameAnswer.To(question.AsSpan(0, got.ReceivedBytes)) is { } answer)
                {
                    Send(answer, got.PacketInformation.Address, got.RemoteEndPoint);
                }
            }
            catch (SocketException e)
            {
                log.Write($"names: {e.Message}");
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>From the very address that was asked: others are not believed.</summary>
    private void Send(byte[] answer, IPAddress asked, EndPoint to)
    {
        using var from = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        from.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        from.Bind(new IPEndPoint(asked, At.Port));
        from.SendTo(answer, to);
    }
}
