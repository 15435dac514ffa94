using System.Text.Json.Serialization;
using Creel.Core.Routing;
using Creel.Core.Tools;

namespace Creel.Core.Sessions;

/// <summary>Where a message came in, and therefore where its answer leaves: by the same account, to the same peer.</summary>
/// <param name="Channel">A channel's id, or <c>webchat</c> for a client of the gateway.</param>
/// <param name="Peer">Null: the client that asked, and nobody else.</param>
/// <param name="SenderId">As the channel knows it; null where nobody in particular.</param>
/// <param name="Owner">May use what only owners may.</param>
public sealed record TurnOrigin(string Channel, string AccountId, Peer? Peer, string? SenderId, string? SenderName, bool Owner)
{
    public string? SenderUsername { get; init; }

    /// <summary>What the room, or the sender in it, is limited to; null: to nothing.</summary>
    public ToolLimit? Tools { get; init; }

    [JsonIgnore]
    public Speaker Speaker => new(Channel, SenderId, SenderUsername, SenderName);

    /// <summary>The thread or topic in which the answer belongs; null: none.</summary>
    public string? ThreadId { get; init; }

    /// <summary>The channel's own id of the message, which an answer may quote.</summary>
    public string? MessageId { get; init; }
}
