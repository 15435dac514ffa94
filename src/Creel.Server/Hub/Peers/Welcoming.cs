using Creel.Core.Isolation;
using Creel.Core.Link;
using Creel.Core.Outbound;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;

namespace Creel.Server.Hub.Peers;

/// <summary>Tells a runtime whom it serves.</summary>
internal static class Welcoming
{
    public static ReadOnlyMemory<byte> Text(Station station, Link link, HubConfig config) =>
        LinkText.Welcome(
            new Welcome(
                link.Lease.Epoch,
                station.Name,
                (int)config.HealthInterval.TotalSeconds,
                station.Declared is { } cell
                    ? [.. cell.Agents.Select(a => Agent(a, cell.Upstreams))]
                    : [.. station.Seats.Select(Remote)]
            )
        );

    private static WelcomeAgent Agent(HubAgent agent, IReadOnlyList<UpstreamModel>? upstreams)
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
            Mind = model.Brain.Kind == "native" ? model.Mind : null,
            Upstreams =
                model.Brain.Kind == "native"
                    ? upstreams?.Select(u => new WelcomeUpstream(u.Name, u.Dialect.ToString().ToLowerInvariant())).ToList()
                    : null,
        };
    }

    /// <summary>A runtime on a machine of its own, which no habitat declares: the defaults.</summary>
    private static WelcomeAgent Remote(AgentSeat seat)
    {
        var policy = Core.Habitats.TaskPolicy.Default;
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
