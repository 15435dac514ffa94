using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Routing;

namespace Creel.Server.Gateway.Channels;

/// <summary>The small sign by which people see that their message is being answered.</summary>
internal sealed class Reactions(ChannelsParts parts, AccountBookDoor accounts)
{
    private const string Usual = "👀";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, byte> shown = new(StringComparer.Ordinal);

    /// <summary>A message is on disk. Holds nobody up.</summary>
    /// <param name="called">See <see cref="Verdict.Taken"/>.</param>
    public void Acknowledge(InboundTurn turn, bool called)
    {
        if (
            parts.Ports.Habitat() is not { } habitat
            || accounts.Find(turn.Account) is not { Channel: { } channel, Model: var model }
            || turn.Origin.Peer is not { } peer
        )
        {
            return;
        }

        var messages = habitat.Gateway.Messages;
        var own = habitat.Gateway.Agents.GetValueOrDefault(AgentId.Parse(turn.Agent))?.Identity.Emoji;
        var sign = (model.AckReaction ?? messages.AckReaction ?? own ?? Usual).Trim();
        if (sign.Length == 0 || !Wants(messages.AckReactionScope, peer, called))
        {
            return;
        }

        if (messages.RemoveAckAfterReply)
        {
            shown[turn.RunId] = 0;
        }

        _ = ReactAsync(channel, peer, turn.MessageId, sign);
    }

    /// <summary>Its answer is on its way.</summary>
    public void Answered(InboundTurn turn)
    {
        if (
            shown.TryRemove(turn.RunId, out _)
            && accounts.Find(turn.Account) is { Channel: { } channel }
            && turn.Origin.Peer is { } peer
        )
        {
            _ = ReactAsync(channel, peer, turn.MessageId, null);
        }
    }

    private static bool Wants(string scope, Peer peer, bool called) =>
        scope switch
        {
            "all" => true,
            "direct" => peer.Kind == PeerKind.Direct,
            "group-all" => peer.Kind != PeerKind.Direct,
            "group-mentions" => called,
            _ => false,
        };

    private async Task ReactAsync(IChannel channel, Peer peer, string message, string? sign)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping.Token);
        limit.CancelAfter(Patience);
        await Task.Run(() => channel.ReactAsync(peer, message, sign, limit.Token), CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
