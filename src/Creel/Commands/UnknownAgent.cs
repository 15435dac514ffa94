using System.CommandLine;
using Creel.Commands.Agents;
using Creel.Commands.Compat;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands;

/// <summary>An agent was named that nobody knows: what was probably meant, and who is there.</summary>
internal static class UnknownAgent
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The id that was typed, where the fault says that there is no such agent.</summary>
    public static string? Is(Fault fault, ParseResult parsed) =>
        fault is { Kind: FaultKind.NotFound, Code: "agent" or "agent-not-found" or "no-agent" or "unknown-agent" }
        && !CompatCommand.Owns(parsed)
        && parsed.CommandResult.Command.Arguments.Any(argument => argument.Name == AgentArgument.Name)
            ? parsed.GetValue<string>(AgentArgument.Name)
            : null;

    public static async Task<CreelException> ExplainAsync(Call call, string agent, CreelException e, CancellationToken cancel)
    {
        IReadOnlyList<string> ids = [];
        ElsewhereView? there = null;
        var nobody = "see who is there: creel agent list";
        try
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            soon.CancelAfter(Patience);
            var answer = await call.Client.GetAsync("agents", soon.Token);
            var elsewhere = await Elsewhere.AskAsync(call, soon.Token);
            there = elsewhere.FirstOrDefault(known => known.Id == agent);
            ids =
            [
                .. (Call.Read<AgentsView>(answer).Agents ?? []).Select(known => known.Id),
                .. elsewhere.Select(known => known.Id),
            ];
            nobody = ids.Count > 0 ? nobody : $"there are none: {await NobodyThere.RemedyAsync(call, soon.Token)}";
        }
        catch (Exception other) when (other is CreelException or OperationCanceledException)
        {
            // The first fault is the one to tell.
        }

        if (there is not null)
        {
            return LivesElsewhere(there, e);
        }

        var message = $"there is no agent '{agent}'";
        if (ids.Contains(agent))
        {
            // It is known, but was not started by us: what was asked needs a cell.
            return new CreelException(e.Fault with { Remedy = e.Fault.Remedy ?? "see what it is: creel agent list" }, e);
        }

        var remedy = Nearest.To(agent, ids) is { } meant ? $"did you mean '{meant}'? all of them: creel agent list" : nobody;
        return new CreelException(e.Fault with { Message = message, Remedy = remedy }, e);
    }

    /// <summary>What was asked of it needs a cell of ours: said with what it can be asked for.</summary>
    private static CreelException LivesElsewhere(ElsewhereView agent, CreelException e) =>
        new(
            Fault.Refused(
                "agent-elsewhere",
                $"{agent.Id} lives at {agent.Gateway}, and has no cell here",
                $"wake it: creel agent nudge {agent.Id}; ask it for something: "
                    + $$"""creel task send {{agent.Id}} '{"type":"turn","message":"…"}'"""
            ),
            e
        );
}
