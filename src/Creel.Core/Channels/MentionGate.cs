using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>Whether a message of a group speaks to its agent.</summary>
public static class MentionGate
{
    /// <param name="wanted">See <see cref="AccessPolicy.WantsMention"/>.</param>
    /// <param name="command">It is a command, by somebody who may give some: these need no name, unless another one is named.</param>
    public static bool Passes(InboundMessage message, bool wanted, MentionPatterns patterns, bool command)
    {
        if (!wanted || message.Peer.Kind == PeerKind.Direct)
        {
            return true;
        }

        var mentions = message.Mentions;
        return mentions.Us || mentions.ReplyToUs || patterns.Match(message.Text) || (command && !mentions.Others);
    }
}
