namespace Creel.Core.Channels;

/// <summary>Takes what a channel received.</summary>
public interface IInbox
{
    /// <summary>When this returns, the messages are on disk, each once, or were refused for good: the messenger may forget them.</summary>
    /// <param name="messages">In the order in which they were sent.</param>
    /// <param name="mark">How far the channel has read, kept together with them; null: nothing to note.</param>
    /// <exception cref="CreelException">They can't be kept now, and are to be received again.</exception>
    ValueTask TakeAsync(IReadOnlyList<InboundMessage> messages, ReadMark? mark, CancellationToken cancel);

    /// <summary>How far the channel had read.</summary>
    /// <returns>Null: nothing is known.</returns>
    ValueTask<string?> MarkAsync(string name, CancellationToken cancel);
}

/// <summary>How far a channel has read.</summary>
/// <param name="Name">Of the login at the messenger, so that another bot in the same account begins anew.</param>
public sealed record ReadMark(string Name, string Value);
