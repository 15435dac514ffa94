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

    /// <summary>A file of an agent's that goes with it; null: none.</summary>
    public OutboundFile? File { get; init; }

    /// <summary>The turn whose answer it is, for clients that saw it grow; null: none.</summary>
    public string? RunId { get; init; }
}

/// <param name="Agent">Whose workspace it is in.</param>
/// <param name="Path">As the agent wrote it.</param>
public sealed record OutboundFile(string Agent, string Path)
{
    /// <summary>For people.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
