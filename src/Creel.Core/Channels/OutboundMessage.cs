using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>One message that leaves: short enough for its messenger.</summary>
/// <param name="Text">Markdown, as a model writes it.</param>
public sealed record OutboundMessage(Peer Peer, string Text)
{
    /// <summary>The thread of <see cref="InboundMessage.ThreadId"/>; null: none.</summary>
    public string? ThreadId { get; init; }

    /// <summary>The message that it answers, where it shall quote it; null: none.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The turn whose answer it is, for clients that saw it grow; null: none.</summary>
    public string? RunId { get; init; }
}
