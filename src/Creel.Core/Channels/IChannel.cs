using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>
/// One account of a messenger. It tells of what comes in through an inbox, and acknowledges it to the messenger only when the inbox
/// has it; it sends what it is told, and keeps nothing. Safe for many threads.
/// </summary>
public interface IChannel : IAsyncDisposable
{
    ChannelAccount Account { get; }

    ChannelTraits Traits { get; }

    /// <summary>How it stands now.</summary>
    ChannelState State { get; }

    /// <summary>
    /// Receives until it is told to stop. Trouble with the messenger does not end it: it goes on trying, and <see cref="State"/>
    /// tells.
    /// </summary>
    Task ReceiveAsync(IInbox inbox, CancellationToken cancel);

    /// <returns>The messenger's id of the message.</returns>
    /// <exception cref="SendException">It did not take it, and what may come of another try.</exception>
    Task<string> SendAsync(OutboundMessage message, CancellationToken cancel);

    /// <summary>Shows once that somebody writes; failing is of no consequence, and throws nothing.</summary>
    Task TypingAsync(Peer peer, string? threadId, CancellationToken cancel);

    /// <summary>Shows an answer that is still growing, where clients can see that; throws nothing.</summary>
    /// <param name="text">All of it so far.</param>
    Task DraftAsync(Peer peer, string runId, string text, CancellationToken cancel);

    /// <summary>Puts a small sign on a message, where the messenger has such; throws nothing.</summary>
    /// <param name="messageId">As it came in.</param>
    /// <param name="sign">An emoji; null: ours is taken away again.</param>
    Task ReactAsync(Peer peer, string messageId, string? sign, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Asks the messenger who we are.</summary>
    Task<ChannelProbe> ProbeAsync(CancellationToken cancel);
}
