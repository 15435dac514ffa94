using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Channels;

/// <summary>What senders ask of the gateway itself.</summary>
internal sealed class Commands(ChannelsParts parts)
{
    /// <returns>What to answer.</returns>
    public async Task<string> RunAsync(InboundTurn turn, ControlCommand command, CancellationToken cancel)
    {
        var by = $"channel:{turn.Account}";
        await MessageAudit.RecordAsync(parts.Ports.Audit, turn, $"command.{command.ToString().ToLowerInvariant()}", run: null);
        switch (command)
        {
            case ControlCommand.New or ControlCommand.Reset:
                await parts.Ports.Turns.AbortAsync(turn.SessionKey, null, by, cancel);
                await parts.Ports.Sessions.ResetAsync(turn.SessionKey, command.ToString().ToLowerInvariant(), by, cancel);
                return Sentences.Fresh;
            case ControlCommand.Stop:
                var ended = await parts.Ports.Turns.AbortAsync(turn.SessionKey, null, by, cancel);
                return ended.Count > 0 ? Sentences.Stopped : Sentences.Idle;
            case ControlCommand.Whoami:
                return Whoami(turn.Origin);
            case ControlCommand.Help:
                return string.Join('\n', ControlCommands.All.Select(c => $"/{c.Name} – {c.Does}"));
            default:
                return Status(turn);
        }
    }

    /// <summary>What he needs to be written into a list.</summary>
    private static string Whoami(TurnOrigin origin) =>
        $"You are {origin.SenderId} on {origin.Channel}{(origin.Owner ? ", an owner" : "")}.";

    private string Status(InboundTurn turn)
    {
        var session = parts.Ports.Sessions.Find(turn.SessionKey);
        var agent = parts.Ports.Habitat()?.Find(AgentId.Parse(turn.Agent));
        var lines = new List<string> { $"Agent: {agent?.Name ?? turn.Agent}", $"Session: {turn.SessionKey}" };
        if ((session?.Model ?? agent?.Model) is { } model)
        {
            lines.Add($"Model: {model}");
        }

        if (session is { TotalTokens: > 0 })
        {
            lines.Add(
                session.ContextTokens is { } most ? $"Tokens: {session.TotalTokens} of {most}" : $"Tokens: {session.TotalTokens}"
            );
        }

        return string.Join('\n', lines);
    }
}
