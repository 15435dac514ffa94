using System.CommandLine;
using Creel.Core;

namespace Creel.Commands;

/// <summary>The agent that a verb is about. Completion knows it by its name.</summary>
internal static class AgentArgument
{
    public const string Name = "AGENT";

    public static Argument<string> Make(string description = "The agent's id") => new(Name) { Description = description };

    /// <summary>For the path of a request: whatever it is, it stays one segment.</summary>
    /// <exception cref="CreelException">Nothing, or a dot: the path would mean something else.</exception>
    public static string Segment(string agent) =>
        agent is "" or "." or ".."
            ? throw new CreelException(Fault.Invalid("agent-id", $"'{agent}' is not an agent id: {AgentId.Rule}"))
            : Uri.EscapeDataString(agent);
}
