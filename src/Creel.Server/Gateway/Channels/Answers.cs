using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>Starts turns, and brings what came of them to where the message came from: there and nowhere else.</summary>
internal sealed class Answers(ChannelsParts parts, AccountBookDoor accounts, Outbox outbox, Typing typing)
{
    /// <summary>What an agent says that has nothing to say.</summary>
    private static readonly string[] Silent = ["NO_REPLY", "HEARTBEAT_OK"];

    private const int UsualLimit = 4000;

    /// <summary>When this returns, the turn is its session's.</summary>
    public async Task<TurnTicket> BeginAsync(InboundTurn turn)
    {
        typing.Expect(turn);
        try
        {
            var ticket = await parts.Ports.Turns.SubmitAsync(
                new TurnRequest(turn.RunId, AgentId.Parse(turn.Agent), turn.SessionKey, turn.Text)
                {
                    From = $"channel:{turn.Account.Channel}",
                    Origin = turn.Origin,
                    ExtraSystemPrompt = turn.SystemPrompt,
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
        await SayAsync(turn, said is [null, null] ? null : string.Join("\n\n", said.OfType<string>()));
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
    public async Task SayAsync(InboundTurn turn, string? text)
    {
        var pieces = text is null ? [] : Pieces(turn.Account, To(turn, text));
        for (TimeSpan? pause = null; ; )
        {
            try
            {
                var numbered = await parts.Messages.DoneAsync(turn.RunId, pieces, parts.Stopping.Token);
                outbox.Add(numbered);
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

    /// <summary>In messages that are short enough for the account's messenger.</summary>
    public IReadOnlyList<OutboundPiece> Pieces(ChannelAccount account, OutboundMessage message)
    {
        var live = accounts.Find(account);
        var most = live?.Channel?.Traits.TextLimit ?? UsualLimit;
        var limit = Math.Max(ReplySplitter.LeastLimit, Math.Min(live?.Model.TextChunkLimit ?? most, most));
        var all = live?.Model.ReplyToMode == "all";
        return
        [
            .. ReplySplitter
                .Split(message.Text, limit)
                .Select(
                    (piece, i) =>
                        new OutboundPiece(
                            0,
                            account,
                            message with
                            {
                                Text = piece,
                                ReplyTo = i == 0 || all ? message.ReplyTo : null,
                            }
                        )
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
