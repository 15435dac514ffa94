namespace Creel.Core.Channels;

/// <summary>A channel whose clients connect to us.</summary>
public interface ISocketChannel : IChannel
{
    /// <summary>Serves one client to its end. Whoever it is proves himself in the first words.</summary>
    Task ServeAsync(IClientSocket client, CancellationToken cancel);
}

/// <summary>A client's connection, text by text.</summary>
public interface IClientSocket
{
    /// <param name="most">Bytes of a text.</param>
    /// <returns>Null: it is over.</returns>
    /// <exception cref="CreelException">It sends what is no text, or too much.</exception>
    ValueTask<string?> ReceiveAsync(int most, CancellationToken cancel);

    /// <summary>One at a time; safe for many threads. Throws nothing where the client is gone.</summary>
    ValueTask SendAsync(string text, CancellationToken cancel);

    /// <param name="reason">One sentence for the client.</param>
    ValueTask CloseAsync(string reason);
}
