using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Sessions;
using Creel.Server.Audits;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Commands in what came by no channel: what people on channels say was judged, and taken out of its turn, before it came here.</summary>
internal sealed class DoorCommands(ControlDesk desk, Func<SessionSettings> settings, AuditTrail audit)
{
    /// <summary>A new conversation waits for its turn in the lane; everything else, and a refusal, is answered at once.</summary>
    /// <returns>What answers; null: it is a turn.</returns>
    public Func<CancellationToken, Task<string>>? AtOnce(TurnRequest request)
    {
        if (Read(settings().Session, request, out var rest) is not { } command)
        {
            return null;
        }

        if (command.Changes(rest) && CommandRights.MayChange(request.Origin) != true)
        {
            return _ => Task.FromResult(command.Begins() ? Sentences.NotYours : Sentences.NotYourModel);
        }

        return command.Begins() ? null : cancel => AnswerAsync(request, command, rest, cancel);
    }

    /// <summary>It asks for a new conversation, and may.</summary>
    /// <param name="rest">What is to be its first message; empty: nothing yet.</param>
    public static bool BeginsAnew(SessionRules rules, TurnRequest request, out string rest) =>
        Read(rules, request, out rest)?.Begins() == true && CommandRights.MayChange(request.Origin) == true;

    private static ControlCommand? Read(SessionRules rules, TurnRequest request, out string rest)
    {
        rest = request.Message;
        return IsAsked(request) ? new CommandReader(rules).Read(request.Message, null, out rest) : null;
    }

    /// <summary>By a person: what an agent or the clock says is for the agent.</summary>
    private static bool IsAsked(TurnRequest request) =>
        !request.Subagent
        && request.From != SessionBook.Heartbeat
        && !request.From.StartsWith("agent:", StringComparison.Ordinal)
        && CommandRights.MayChange(request.Origin) is not null;

    private async Task<string> AnswerAsync(TurnRequest request, ControlCommand command, string rest, CancellationToken cancel)
    {
        await audit.RecordAsync(
            request.From,
            $"command.{command.ToString().ToLowerInvariant()}",
            $"agent:{request.Agent}",
            "ok",
            AuditDetail.Of(("sender", request.Origin?.SenderId), ("session", request.SessionKey), ("run", request.RunId))
        );
        var order = new ControlOrder(command, request.Agent, request.SessionKey, rest, request.From, request.Origin);
        return await desk.AnswerAsync(order, cancel);
    }
}
