using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Link;
using Creel.Core.Outbound;
using Creel.Core.Sessions;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;

namespace Creel.Server.Hub.Peers;

/// <summary>Tells a runtime whom it serves.</summary>
internal static class Welcoming
{
    public static ReadOnlyMemory<byte> Text(Station station, Link link, HubConfig config, TimeZoneInfo zone) =>
        LinkText.Welcome(
            new Welcome(
                link.Lease.Epoch,
                station.Name,
                (int)config.HealthInterval.TotalSeconds,
                station.Declared is { } cell
                    ? [.. cell.Agents.Select(a => Agent(a, cell.Upstreams, zone))]
                    : [.. station.Seats.Select(Remote)]
            )
            {
                Variables = station.Declared?.Making.Variables is { Count: > 0 } variables ? variables : null,
                Setup = station.Declared is { Making.Command: { } command, SetupMark: { } mark }
                    ? new WelcomeSetup(command, mark)
                    : null,
            }
        );

    private static WelcomeAgent Agent(HubAgent agent, IReadOnlyList<UpstreamModel>? upstreams, TimeZoneInfo zone)
    {
        var (model, policy) = (agent.Model, agent.Model.Policy);
        return new WelcomeAgent(
            model.Id.Value,
            model.Name,
            model.Model,
            agent.Workspace,
            new WelcomeBrain(model.Brain.Kind, model.Brain.Command, model.Brain.Input, model.Brain.Output),
            new WelcomePolicy(
                policy.AllowSudo,
                policy.MaxConcurrent,
                policy.MaxOutput,
                (long)policy.Timeout.TotalMilliseconds,
                policy.Types
            )
        )
        {
            Mind = Mind(model, zone),
            Upstreams =
                model.Brain.Kind == "native"
                    ? upstreams?.Select(u => new WelcomeUpstream(u.Name, u.Dialect.ToString().ToLowerInvariant())).ToList()
                    : null,
        };
    }

    /// <summary>What holds for turns, and for a native brain all that it reads: the cell itself may not know the machine's zone.</summary>
    private static MindModel Mind(AgentModel agent, TimeZoneInfo zone) =>
        agent.Brain.Kind == "native"
            ? agent.Mind with
            {
                Timezone = UserZone.Of(agent.Mind.Timezone, zone).Id,
            }
            : new MindModel { TimeoutSeconds = agent.Mind.TimeoutSeconds };

    /// <summary>A runtime on a machine of its own, which no habitat declares: the defaults.</summary>
    private static WelcomeAgent Remote(AgentSeat seat)
    {
        var policy = TaskPolicy.Default;
        return new WelcomeAgent(
            seat.Id.Value,
            seat.Id.Value,
            null,
            CellPaths.Workspace(seat.Id),
            new WelcomeBrain("native", [], "stdin", "text"),
            new WelcomePolicy(
                policy.AllowSudo,
                policy.MaxConcurrent,
                policy.MaxOutput,
                (long)policy.Timeout.TotalMilliseconds,
                policy.Types
            )
        );
    }
}
