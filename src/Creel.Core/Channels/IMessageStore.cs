namespace Creel.Core.Channels;

/// <summary>What came in and is not answered yet, and what goes out and has not left yet. Each call is one step, on disk when it returns.</summary>
public interface IMessageStore
{
    /// <summary>Keeps those of messages that were never kept before, and notes how far the channel has read.</summary>
    /// <param name="turns">Those of one message one after the other.</param>
    /// <returns>The new ones, in their order.</returns>
    ValueTask<IReadOnlyList<InboundTurn>> KeepAsync(
        IReadOnlyList<InboundTurn> turns,
        ReadMark? mark,
        CancellationToken cancel = default
    );

    /// <summary>What came in and is not done, in the order in which it was kept.</summary>
    ValueTask<IReadOnlyList<InboundTurn>> OpenAsync(CancellationToken cancel = default);

    /// <summary>The turn is done, and this is the answer: both or neither.</summary>
    /// <param name="answer">May be empty.</param>
    /// <returns>The answer with its numbers; empty where the turn was done already.</returns>
    ValueTask<IReadOnlyList<OutboundPiece>> DoneAsync(
        string runId,
        IReadOnlyList<OutboundPiece> answer,
        CancellationToken cancel = default
    );

    /// <summary>Something goes out that answers no message.</summary>
    ValueTask<IReadOnlyList<OutboundPiece>> PostAsync(IReadOnlyList<OutboundPiece> pieces, CancellationToken cancel = default);

    /// <summary>What has not left, in its order.</summary>
    ValueTask<IReadOnlyList<OutboundPiece>> WaitingAsync(CancellationToken cancel = default);

    /// <summary>It has left, or never will.</summary>
    ValueTask GoneAsync(long sequence, CancellationToken cancel = default);

    /// <summary>See <see cref="IInbox.MarkAsync"/>.</summary>
    ValueTask<string?> MarkAsync(string name, CancellationToken cancel = default);
}
