using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Answers what is asked of the gateway itself, whichever way it came. Whether somebody may was decided before.</summary>
internal sealed class ControlDesk(ITurns turns, ISessions sessions, Func<SessionSettings> settings)
{
    /// <summary>Completes when it is known which conversations of an agent go on; one that is changed before would begin anew.</summary>
    public Func<AgentId, Task> KnownAsync { get; init; } = _ => Task.CompletedTask;

    private const string OwnModel = "default";

    public async Task<string> AnswerAsync(ControlOrder order, CancellationToken cancel)
    {
        switch (order.Command)
        {
            case ControlCommand.New or ControlCommand.Reset:
                await turns.AbortAsync(order.SessionKey, null, order.By, cancel);
                await sessions.ResetAsync(order.SessionKey, order.Command.ToString().ToLowerInvariant(), order.By, cancel);
                return Sentences.Fresh;
            case ControlCommand.Stop:
                var ended = await turns.AbortAsync(order.SessionKey, null, order.By, cancel);
                return ended.Count > 0 ? Sentences.Stopped : Sentences.Idle;
            case ControlCommand.Model:
                return order.Argument.Length == 0 ? Models(order) : await SwitchAsync(order, cancel);
            case ControlCommand.Whoami:
                return Whoami(order.Origin);
            case ControlCommand.Help:
                return string.Join('\n', ControlCommands.All.Select(c => $"/{c.Name} – {c.Does}"));
            default:
                return Status(order);
        }
    }

    /// <summary>What he needs to be written into a list.</summary>
    private static string Whoami(TurnOrigin? origin) =>
        origin is null
            ? "You are whoever runs me."
            : $"You are {origin.SenderId} on {origin.Channel}{(origin.Owner ? ", an owner" : "")}.";

    private string Status(ControlOrder order)
    {
        var session = sessions.Find(order.SessionKey);
        var agent = settings().Find(order.Agent);
        var lines = new List<string> { $"Agent: {agent?.Name ?? order.Agent.Value}", $"Session: {order.SessionKey}" };
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

    private string Models(ControlOrder order)
    {
        var offer = settings().Find(order.Agent)?.Models ?? ModelOffer.None;
        var own = offer.Own ?? "none";
        var chosen = sessions.Find(order.SessionKey)?.Model;
        return string.Join(
            '\n',
            chosen is null || chosen == offer.Own ? $"Model: {own}" : $"Model: {chosen}, for this conversation (mine is {own})",
            Switches(order) ? $"Allowed: {string.Join(", ", offer.All)}" : Elsewhere,
            $"/model NAME takes another one for this conversation, /model {OwnModel} mine."
        );
    }

    private async Task<string> SwitchAsync(ControlOrder order, CancellationToken cancel)
    {
        var offer = settings().Find(order.Agent)?.Models ?? ModelOffer.None;
        var back = order.Argument.Equals(OwnModel, StringComparison.OrdinalIgnoreCase);
        if (!back && !Switches(order))
        {
            return Elsewhere;
        }

        var model = back ? null : offer.Find(order.Argument);
        if (!back && model is null)
        {
            return $"That model is not allowed here. Allowed: {string.Join(", ", offer.All)}";
        }

        await KnownAsync(order.Agent).WaitAsync(cancel);
        await sessions.PatchAsync(order.SessionKey, [new SessionChange("model", model)], order.By, cancel);
        return back
            ? $"This conversation goes on with my own model, {offer.Own ?? "none"}."
            : $"This conversation goes on with {model}.";
    }

    /// <summary>Only a native brain is told which model a turn is for.</summary>
    private bool Switches(ControlOrder order) => settings().Find(order.Agent) is not { Brain: not "native" };

    private const string Elsewhere = "My brain is a program that chooses its model itself.";
}
