using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Routing;
using Creel.Core.Tools;
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
    Drops drops,
    Overheard overheard,
    Reactions reactions
) : IInbox
{
    /// <summary>Messages of a room that are told with one that is for the agent, where nothing else is said.</summary>
    private const int UsualHistory = 50;

    private readonly TokenBuckets<string> told = new(burst: 5, each: TimeSpan.FromMinutes(1), parts.Time);

    public ValueTask<string?> MarkAsync(string name, CancellationToken cancel) => parts.Messages.MarkAsync(name, cancel);

    public async ValueTask TakeAsync(IReadOnlyList<InboundMessage> messages, ReadMark? mark, CancellationToken cancel)
    {
        await lanes.RoomAsync(cancel);
        var turns = new List<InboundTurn>();
        var taken = new List<(InboundMessage Message, Verdict.Taken Verdict, IReadOnlyList<Overheard.Line> Before)>();
        foreach (var message in messages.Select(m => m.Plain()))
        {
            switch (Decide(message))
            {
                case Verdict.Taken verdict:
                    var before = message.Peer.Kind == PeerKind.Direct ? [] : overheard.Take(message);
                    taken.Add((message, verdict, before));
                    turns.AddRange(verdict.Turns.Select(turn => Told(turn, before)));
                    break;
                case Verdict.Stranger:
                    await strangers.ChallengeAsync(account, message, cancel);
                    break;
                case Verdict.Dropped dropped:
                    overheard.Note(message, dropped.Overheard ?? "", dropped.By, History);
                    await DropAsync(message, dropped);
                    break;
            }
        }

        var fresh = await KeepAsync();
        if (messages.Count > 0)
        {
            account.NoteReceived(messages.Count, parts.Now);
        }

        lanes.Add(fresh);

        async ValueTask<IReadOnlyList<InboundTurn>> KeepAsync()
        {
            var kept = new HashSet<string>();
            try
            {
                var fresh = await parts.Messages.KeepAsync(turns, mark, cancel);
                kept.UnionWith(fresh.Select(turn => turn.RunId));
                return fresh;
            }
            finally
            {
                foreach (var (message, verdict, before) in taken)
                {
                    if (verdict.Turns.FirstOrDefault(turn => kept.Contains(turn.RunId)) is { } first)
                    {
                        reactions.Acknowledge(first, verdict.Called);
                    }
                    else
                    {
                        overheard.PutBack(message, before);
                    }
                }
            }
        }
    }

    private int History =>
        account.Model.HistoryLimit ?? parts.Ports.Habitat()?.Gateway.Messages.GroupHistoryLimit ?? UsualHistory;

    /// <summary>What is asked of the gateway itself, and a conversation that begins anew, want no context.</summary>
    private InboundTurn Told(InboundTurn turn, IReadOnlyList<Overheard.Line> before)
    {
        if (before.Count == 0 || turn.Command is not null || turn.Say is not null)
        {
            return turn;
        }

        var rules = parts.Ports.Habitat()?.Find(AgentId.Parse(turn.Agent))?.Mind.Tools ?? ToolRules.Usual;
        return turn with { Text = Overheard.Tell(Overheard.For(turn.Origin, before, rules), turn.Text) };
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
