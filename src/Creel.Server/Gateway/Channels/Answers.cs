using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>Starts turns, and brings what came of them to where the message came from: there and nowhere else.</summary>
internal sealed class Answers(
    ChannelsParts parts,
    AccountBookDoor accounts,
    Outbox outbox,
    Typing typing,
    Reactions reactions,
    Media media
)
{
    /// <summary>What an agent says that has nothing to say.</summary>
    private static readonly string[] Silent = ["NO_REPLY", "HEARTBEAT_OK"];

    private const int UsualLimit = 4000;

    /// <summary>When this returns, the turn is its session's.</summary>
    public async Task<TurnTicket> BeginAsync(InboundTurn turn)
    {
        var (text, images) = await media.BringAsync(turn);
        var sends = Sends(turn, null);
        typing.Expect(turn);
        try
        {
            var ticket = await parts.Ports.Turns.SubmitAsync(
                new TurnRequest(turn.RunId, AgentId.Parse(turn.Agent), turn.SessionKey, text)
                {
                    From = $"channel:{turn.Account.Channel}",
                    Origin = turn.Origin,
                    ExtraSystemPrompt = sends ? $"{turn.SystemPrompt}\n{MediaLines.Hint}".Trim() : turn.SystemPrompt,
                    Images = images,
                    HistoryTurns = HistoryTurns(turn),
                },
                parts.Stopping.Token
            );
            if (!ticket.Repeated)
            {
                await MessageAudit.RecordAsync(parts.Ports.Audit, turn, "turn.ask", ticket.View.RunId);
            }

            return ticket;
        }
        catch
        {
            typing.Forget(turn.RunId);
            throw;
        }
    }

    /// <summary>As <c>dms</c> has it for him who writes, else <c>dmHistoryLimit</c>.</summary>
    private int? HistoryTurns(InboundTurn turn) =>
        turn.Origin is { Peer: { Kind: PeerKind.Direct } peer, SenderId: var sender }
        && accounts.Find(turn.Account) is { Model: var model, Kind: var kind }
        && (Limit(model, kind, sender) ?? Limit(model, kind, peer.Id) ?? model.DmHistoryLimit) is > 0 and var limit
            ? limit
            : null;

    private static int? Limit(ChannelAccountModel model, IChannelKind? kind, string? id) =>
        id is null ? null
        : model.DmHistoryLimits.TryGetValue(id, out var own) ? own
        : kind is null ? null
        : model
            .DmHistoryLimits.Where(l => kind.SenderId(l.Key, out var meant) && meant == id)
            .Select(l => (int?)l.Value)
            .FirstOrDefault();

    public async Task FollowAsync(InboundTurn turn, TurnTicket ticket)
    {
        TurnView view;
        try
        {
            view = await ticket.Completion.WaitAsync(parts.Stopping.Token);
        }
        finally
        {
            typing.Forget(turn.RunId);
        }

        if (view.State is TurnState.Error or TurnState.Timeout)
        {
            parts.Log.LogWarning("turn {Run} of {Agent} ended without an answer: {Error}", turn.RunId, turn.Agent, view.Error);
        }

        if (!MayAnswer(turn))
        {
            await SayAsync(turn, null);
            return;
        }

        var text = view.State == TurnState.Joined ? null : view.Text?.Trim();
        text = text is { Length: > 0 } && !Silent.Contains(text) ? text : null;
        string?[] said = [text, Sentences.Of(view)];
        await SayAsync(turn, said is [null, null] ? null : string.Join("\n\n", said.OfType<string>()), files: Sends(turn, view));
    }

    /// <summary>Files can leave there, and may for those who asked.</summary>
    private bool Sends(InboundTurn turn, TurnView? view)
    {
        if (!media.Sends(turn.Account) || parts.Ports.Habitat()?.Find(AgentId.Parse(turn.Agent)) is not { } agent)
        {
            return false;
        }

        var behalf = TurnBehalf.Of(turn.Origin);
        return FileRights.Permits(
            agent,
            view is null ? behalf : behalf.And(view.Behalf),
            view,
            parts.Ports.Sessions.Find(turn.SessionKey)
        );
    }

    /// <summary>As <c>session.sendPolicy</c> has it, and the conversation itself.</summary>
    private bool MayAnswer(InboundTurn turn) =>
        parts.Ports.Habitat() is not { } habitat
        || Sending.Permits(
            habitat.Gateway.Session.SendPolicy,
            turn.SessionKey,
            parts.Ports.Sessions.Find(turn.SessionKey)?.SendPolicy,
            turn.Account.Channel
        );

    /// <summary>Ends a message with this answer.</summary>
    /// <param name="text">Null: with none.</param>
    /// <param name="files">Lines of it may name files to be sent.</param>
    public async Task SayAsync(InboundTurn turn, string? text, bool files = false)
    {
        var pieces = text is null ? [] : Pieces(turn, text, files);
        for (TimeSpan? pause = null; ; )
        {
            try
            {
                var numbered = await parts.Messages.DoneAsync(turn.RunId, pieces, parts.Stopping.Token);
                outbox.Add(numbered);
                reactions.Answered(turn);
                return;
            }
            catch (CreelException e) when (e.Fault.Kind == FaultKind.Unavailable)
            {
                parts.Log.LogError("an answer can't be kept, and waits: {Fault}", e.Fault);
                pause = parts.Longer(pause);
                await Task.Delay(pause.Value, parts.Time, parts.Stopping.Token);
            }
        }
    }

    /// <summary>The text, and behind it each file.</summary>
    private IReadOnlyList<OutboundPiece> Pieces(InboundTurn turn, string text, bool files)
    {
        var (said, paths) = files ? MediaLines.Take(text) : (text, []);
        var bare = To(turn, "") with { Text = "" };
        return
        [
            .. said.Trim().Length > 0 ? Pieces(turn.Account, To(turn, said)) : [],
            .. paths.Select(path => new OutboundPiece(0, turn.Account, bare with { File = new OutboundFile(turn.Agent, path) })),
        ];
    }

    /// <summary>In messages that are short enough for the account's messenger.</summary>
    public IReadOnlyList<OutboundPiece> Pieces(ChannelAccount account, OutboundMessage message)
    {
        var live = accounts.Find(account);
        var most = live?.Channel?.Traits.TextLimit ?? UsualLimit;
        var limit = Math.Max(ReplySplitter.LeastLimit, Math.Min(live?.Model.TextChunkLimit ?? most, most));
        var all = live?.Model.ReplyToMode == "all";
        var texts =
            live?.Model.ChunkMode == "newline"
                ? ReplySplitter.Paragraphs(message.Text, limit)
                : ReplySplitter.Split(message.Text, limit);
        return
        [
            .. texts.Select(
                (piece, i) =>
                    new OutboundPiece(0, account, message with { Text = piece, ReplyTo = i == 0 || all ? message.ReplyTo : null })
            ),
        ];
    }

    private string? Prefix(InboundTurn turn)
    {
        var habitat = parts.Ports.Habitat();
        var written = accounts.Find(turn.Account)?.Model.ResponsePrefix ?? habitat?.Gateway.Messages.ResponsePrefix;
        return written switch
        {
            null or "" => null,
            "auto" => $"[{habitat?.Find(AgentId.Parse(turn.Agent))?.Name ?? turn.Agent}]",
            _ => written,
        };
    }

    private OutboundMessage To(InboundTurn turn, string text)
    {
        var quotes = accounts.Find(turn.Account)?.Model.ReplyToMode is "first" or "all";
        return new OutboundMessage(turn.Origin.Peer!, Prefix(turn) is { } prefix ? $"{prefix} {text}" : text)
        {
            ThreadId = turn.Origin.ThreadId,
            ReplyTo = quotes ? turn.MessageId : null,
            RunId = turn.RunId,
        };
    }
}
