namespace Creel.Core.Routing;

/// <summary>Which agent a rule means.</summary>
internal sealed class RouteTargets(RoutingModel model)
{
    private readonly HashSet<string> roster = new(model.Agents, StringComparer.Ordinal);

    public RouteTarget Default { get; } =
        model.DefaultAgent is { } chosen
            ? new RouteTarget(chosen, null)
            : new RouteTarget(
                "",
                Fault.Refused(
                    "no-default-agent",
                    $"no binding matches, and none of the {model.Agents.Count} agents is the default",
                    "write default: true on one of them, or a binding for this channel and account"
                )
            );

    public RouteTarget Of(BindingModel binding)
    {
        var blank = RoutingText.Trim(binding.AgentText).Length == 0;
        var agent = RoutingText.Agent(binding.AgentText);
        if (!blank && roster.Contains(agent))
        {
            return new RouteTarget(agent, null);
        }

        if (model.Manner.FailsClosed)
        {
            return new RouteTarget("", Nobody(binding, blank));
        }

        return blank || roster.Count > 0 ? Default : new RouteTarget(agent, null);
    }

    private static Fault Nobody(BindingModel binding, bool blank) =>
        blank
            ? Fault.Refused("binding-agent", $"bindings[{binding.Index}] matches and names no agent", "give it an agentId")
            : Fault.Refused(
                "binding-agent",
                $"bindings[{binding.Index}] matches and goes to {Slug.Quote(binding.AgentText)}, which is no agent here",
                "add that agent, or correct the binding's agentId"
            );
}

/// <param name="Refusal">Why it is nobody.</param>
internal readonly record struct RouteTarget(string Agent, Fault? Refusal);
