using System.Text;
using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Tools;

namespace Creel.Server.Gateway.Sessions;

/// <summary>What a request must be before it may have a place in a lane.</summary>
internal static class TurnChecks
{
    private const int LongestName = 256;

    /// <returns>The request, with its session's canonical key.</returns>
    /// <exception cref="CreelException">It is wrong.</exception>
    public static TurnRequest Of(TurnRequest request, SessionsConfig config)
    {
        if (request.RunId.Length is 0 or > LongestName || request.RunId.Any(char.IsControl))
        {
            throw new CreelException(
                Fault.Invalid("run-id", $"a turn's name is 1 to {LongestName} characters without control characters")
            );
        }

        var settings = config.Settings();
        var (agent, key) = SessionKeyRules.Canonical(request.SessionKey, settings, request.Agent);
        if (agent != request.Agent)
        {
            throw new CreelException(
                Fault.Invalid("session-key", $"session {key} is not agent '{request.Agent}''s", $"its agent is '{agent}'")
            );
        }

        if (string.IsNullOrWhiteSpace(request.Message))
        {
            throw new CreelException(Fault.Invalid("empty-message", "the message is empty"));
        }

        if (Encoding.UTF8.GetByteCount(request.Message) > config.LongestMessage)
        {
            throw new CreelException(
                new Fault(
                    FaultKind.TooLarge,
                    "message-too-large",
                    $"the message is longer than {config.LongestMessage / 1024} KiB",
                    "put long text into a file of the workspace, and name the file"
                )
            );
        }

        return request with
        {
            SessionKey = key,
            Behalf = Behalf(request, settings.Find(agent)),
        };
    }

    private static TurnBehalf? Behalf(TurnRequest request, AgentSettings? agent)
    {
        var behalf = For(request.ActsFor, agent);
        return behalf == TurnBehalf.Of(request.Origin) ? null : behalf;
    }

    /// <summary>What an agent's rules say of those who spoke goes with a turn of its.</summary>
    /// <exception cref="CreelException">Its brain can't keep to what they are limited to.</exception>
    public static TurnBehalf For(TurnBehalf said, AgentSettings? agent)
    {
        var behalf = said.With(agent?.Tools ?? ToolRules.Usual);
        return behalf.Limits is [var limit, ..] && agent is { Brain: not "native" }
            ? throw new CreelException(
                Fault.Refused(
                    "tools-not-followed",
                    $"{limit.From} limits which tools may be used for this message, and agent '{agent.Id}' thinks with a brain of kind "
                        + $"'{agent.Brain}', which decides on its tools itself",
                    "let an agent with the native brain answer there, or take the rule out"
                )
            )
            : behalf;
    }

    public static CreelException Full(TurnRequest request, int waiting) =>
        new(
            new Fault(
                FaultKind.TooMany,
                "lane-full",
                $"{waiting} messages wait in session {request.SessionKey} already",
                "wait for answers, or abort what runs"
            )
        );

    public static void ThrowIfStopping(this CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested)
        {
            throw new CreelException(Fault.Unavailable("stopping", "the server is shutting down", "try again when it is back"));
        }
    }
}
