using System.Text;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Core.Channels;

/// <summary>
/// Decides about messages: access first, then where they go, then whether they speak to the agent. The same message and the same rules
/// give the same verdict. Safe for many threads.
/// </summary>
public sealed class Judge
{
    /// <summary>Characters of a message, at most.</summary>
    public const int LongestText = 256 * 1024;

    private readonly GatewayRules rules;
    private readonly Router router;
    private readonly CommandRights rights;

    public Judge(GatewayRules rules)
    {
        this.rules = rules;
        rights = new CommandRights(rules);
        router = new Router(rules.Routing);
    }

    /// <summary>Whether what an agent says unasked may leave by an account to a peer: where that peer's messages come to this agent.</summary>
    public bool MaySay(AgentId agent, ChannelAccount account, Peer to) =>
        (
            router.Resolve(new MessageSource(account.Channel, account.Account) { Peer = to })
                is RouteOutcome.Found { Route.Agent: var heard }
            && heard == agent.Value
        ) || (rules.Broadcast.Agents.TryGetValue(to.Id, out var agents) && agents.Contains(agent));

    /// <param name="paired">The sender was let in by a code.</param>
    /// <param name="us">How the messenger calls the account; null: not known.</param>
    /// <param name="activation">What the session of a key says itself: <c>mention</c> or <c>always</c>; null: nothing.</param>
    public Verdict Decide(
        InboundMessage message,
        IChannelKind kind,
        AccessPolicy access,
        bool paired,
        string? us = null,
        Func<string, string?>? activation = null
    )
    {
        message = message.Plain();
        if (message.Text.Length == 0 && message.Attachments.Count == 0)
        {
            return new Verdict.Dropped("message_empty", Ordinary: true);
        }

        if (message.Sender.IsBot)
        {
            return new Verdict.Dropped("sender_is_bot", Ordinary: true);
        }

        var decision = access.Decide(message, paired);
        if (decision.Answer != AccessAnswer.Allow)
        {
            return decision.Answer == AccessAnswer.Challenge ? new Verdict.Stranger() : new Verdict.Dropped(decision.Reason);
        }

        var source = message.Source;
        if (router.Resolve(source) is not RouteOutcome.Found { Route: var route })
        {
            return new Verdict.Dropped("no_route", ((RouteOutcome.Refused)router.Resolve(source)).Why);
        }

        var named = rules.TextCommands || access.NativeCommands;
        var command = new CommandReader(rules.Session, named).Read(message.Text, us, out var rest);

        // A word of the habitat's own is a word like any other, for whom it does nothing.
        var soft = !named || !MentionPatterns.Visible(message.Text).TrimStart().StartsWith('/');
        var mute = command is not null && !rights.MayCommand(message, access, decision.Listed);
        var patterns = rules.Mentions.GetValueOrDefault(route.Agent) ?? new MentionPatterns([]);
        var wanted = activation?.Invoke(SessionKeys.Thread(route.SessionKey, message.ThreadId)) switch
        {
            "always" => false,
            "mention" => true,
            _ => access.WantsMention(message),
        };
        if (!MentionGate.Passes(message, wanted, patterns, command is not null && !soft && !mute))
        {
            return new Verdict.Dropped("not_mentioned", Ordinary: true)
            {
                Overheard = Said(message, message.Text),
                By = Origin(message, access),
            };
        }

        if (mute)
        {
            // Neither the gateway's business nor the agent's; with words behind it, those are the agent's.
            if (!soft && (rest.Length == 0 || !command!.Value.Begins()))
            {
                return new Verdict.Dropped("command_not_allowed");
            }

            (command, rest) = (null, message.Text);
        }

        var called = wanted && message.Peer.Kind != PeerKind.Direct;
        return BroadcastTargets.Of(rules.Routing, rules.Broadcast, source, route) is { } all
            ? new Verdict.Taken([.. all.Select((target, i) => Turn(target.Agent, target.SessionKey, i))], called)
            : (Verdict?)Alone(route) ?? new Verdict.Taken([Turn(route.Agent, route.SessionKey, 0)], called);

        InboundTurn Turn(string agent, string key, int index)
        {
            var turn = new InboundTurn(
                InboundTurn.Name(message.Account, message.Id, agent),
                message.Account,
                message.Id,
                agent,
                SessionKeys.Thread(key, message.ThreadId),
                command?.Begins() == false ? rest : Said(message with { Attachments = [] }, rest),
                Origin(message, access)
            )
            {
                Command = command,
                SystemPrompt = access.SystemPrompt(message),
                Attachments = message.Attachments.Count > 0 ? message.Attachments : null,
                AfterOther = index > 0 && rules.Broadcast.Sequential,
            };
            if (command?.Changes(rest) == true && !rights.MayChange(message, access, turn.SessionKey))
            {
                var why = command.Value.Begins() ? Sentences.NotYours : Sentences.NotYourModel;
                turn = soft
                    ? turn with
                    {
                        Command = null,
                        Text = Said(message with { Attachments = [] }, message.Text),
                    }
                    : turn with
                    {
                        Command = null,
                        Text = "",
                        Attachments = null,
                        Say = why,
                    };
            }

            return message.Text.Length > LongestText
                ? turn with
                {
                    Text = "",
                    Attachments = null,
                    Say = Sentences.TooLong,
                }
                : turn;
        }
    }

    private Verdict.Dropped? Alone(Route route) =>
        LoneAccount.Objection(rules.Routing, route) is { } why ? new Verdict.Dropped("account_without_binding", why) : null;

    private TurnOrigin Origin(InboundMessage message, AccessPolicy access) =>
        new(
            message.Account.Channel,
            message.Account.Account,
            message.Peer,
            message.Sender.Id,
            message.Sender.Name ?? message.Sender.Username,
            rights.Owns(message, access)
        )
        {
            SenderUsername = message.Sender.Username,
            Tools = access.Tools(message),
            ThreadId = message.ThreadId,
            MessageId = message.Id,
        };

    /// <summary>What the agent reads: in a room also who speaks.</summary>
    private static string Said(InboundMessage message, string text)
    {
        if (message.Text.Length > LongestText)
        {
            return "";
        }

        var said = new StringBuilder();
        if (message.Quoted is { Length: > 0 } quoted)
        {
            said.Append("[in reply to: ").Append(quoted).Append("]\n");
        }

        if (message.Peer.Kind != PeerKind.Direct && (text.Length > 0 || message.Attachments.Count > 0))
        {
            said.Append(Called(message.Sender)).Append(": ");
        }

        said.Append(text);
        foreach (var attachment in message.Attachments)
        {
            said.Append(said.Length > 0 ? "\n" : "").Append(attachment);
        }

        return said.ToString();
    }

    /// <summary>A name is its bearer's choice: it must not look like another one's words.</summary>
    private static string Called(Sender sender) => PlainLine.Of(sender.Called.Replace(':', ' '));
}
