using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>The small sign by which people see that their message is being answered.</summary>
internal sealed class Reactions(ChannelsParts parts, AccountBookDoor accounts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, byte> shown = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(ChannelAccount, string), byte> told = new();

    /// <summary>A message is on disk. Holds nobody up.</summary>
    /// <param name="called">See <see cref="Verdict.Taken"/>.</param>
    public void Acknowledge(InboundTurn turn, bool called)
    {
        if (
            parts.Ports.Habitat() is not { } habitat
            || accounts.Find(turn.Account) is not { Channel: { } channel, Kind: { } kind, Model: var model }
            || turn.Origin.Peer is not { } peer
        )
        {
            return;
        }

        var messages = habitat.Gateway.Messages;
        if (
            !Wants(messages.AckReactionScope, peer, called) || Sign(turn, kind, AckSigns.Written(model, messages)) is not { } sign
        )
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

    /// <summary>What was written, and nothing where the messenger has it not; else the agent's own, or the usual one.</summary>
    private string? Sign(InboundTurn turn, IChannelKind kind, string? written)
    {
        if (written is not null)
        {
            var found = written.Length == 0 ? null : AckSigns.Find(kind, written);
            if (found is null && written.Length > 0 && told.TryAdd((turn.Account, written), 0))
            {
                parts.Log.LogWarning(
                    "{Account} has no sign {Sign} (ackReaction), and its messages get none; creel doctor shows those that it has",
                    turn.Account,
                    written
                );
            }

            return found;
        }

        var own = parts.Ports.Habitat()?.Gateway.Agents.GetValueOrDefault(AgentId.Parse(turn.Agent))?.Identity.Emoji?.Trim();
        return own is { Length: > 0 } && AckSigns.Find(kind, own) is { } sign ? sign : AckSigns.Find(kind, AckSigns.Usual);
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
