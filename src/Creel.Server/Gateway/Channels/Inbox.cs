using Creel.Core;
using Creel.Core.Channels;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>Where an account's messages come in: judged, written down, and given on; in this order.</summary>
internal sealed class Inbox(
    ChannelsParts parts,
    LiveAccount account,
    Func<Judge?> judge,
    TurnLanes lanes,
    Strangers strangers,
    Drops drops
) : IInbox
{
    private readonly TokenBuckets<string> told = new(burst: 5, each: TimeSpan.FromMinutes(1), parts.Time);

    public ValueTask<string?> MarkAsync(string name, CancellationToken cancel) => parts.Messages.MarkAsync(name, cancel);

    public async ValueTask TakeAsync(IReadOnlyList<InboundMessage> messages, ReadMark? mark, CancellationToken cancel)
    {
        await lanes.RoomAsync(cancel);
        var turns = new List<InboundTurn>();
        foreach (var message in messages.Select(m => m.Plain()))
        {
            switch (Decide(message))
            {
                case Verdict.Taken taken:
                    turns.AddRange(taken.Turns);
                    break;
                case Verdict.Stranger:
                    await strangers.ChallengeAsync(account, message, cancel);
                    break;
                case Verdict.Dropped dropped:
                    await DropAsync(message, dropped);
                    break;
            }
        }

        var fresh = await parts.Messages.KeepAsync(turns, mark, cancel);
        if (messages.Count > 0)
        {
            account.NoteReceived(messages.Count, parts.Now);
        }

        lanes.Add(fresh);
    }

    private Verdict Decide(InboundMessage message)
    {
        if (judge() is not { } now || account.Access is not { } access)
        {
            return new Verdict.Dropped("no_habitat", Fault.Unavailable("no-habitat", "no habitat is in force", "creel up"));
        }

        var paired = strangers.IsPaired(message.Account, message.Sender.Id);
        return now.Decide(
            message,
            account.Kind!,
            access,
            paired,
            account.Channel?.State.Username,
            key => parts.Ports.Sessions.Find(key)?.GroupActivation
        );
    }

    private async ValueTask DropAsync(InboundMessage message, Verdict.Dropped dropped)
    {
        account.NoteDropped();
        drops.Add(
            new DroppedMessage(
                parts.Now,
                message.Account,
                message.Peer.ToString(),
                message.Sender.Id,
                message.Sender.Name ?? message.Sender.Username,
                dropped.Reason,
                dropped.Why
            )
        );
        if (dropped.Ordinary)
        {
            return;
        }

        // Whoever likes can write as much as he likes; the log does not.
        if (told.TryTake(dropped.Reason))
        {
            parts.Log.LogInformation(
                "a message on {Account} of {Peer} went nowhere: {Reason}{Why}",
                message.Account,
                message.Peer.Kind,
                dropped.Reason,
                dropped.Why is { } why ? $" ({why})" : ""
            );
        }

        await parts.Ports.Audit.RefusedAsync(
            $"channel:{message.Account}",
            "message.drop",
            "gateway",
            AuditDetail.Of(("peer", message.Peer.ToString()), ("sender", message.Sender.Id), ("reason", dropped.Reason)),
            dropped.Reason
        );
    }
}
