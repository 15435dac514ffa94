namespace Creel.Core.Routing;

/// <summary>Says why: rule by rule as the specification has it, without the index of <see cref="Router"/>, which it must agree with.</summary>
public sealed class RouteExplainer(RoutingModel model)
{
    private readonly Router router = new(model);
    private readonly RoutingManner manner = model.Manner;

    public RouteExplanation Explain(MessageSource source)
    {
        var candidates = model.Bindings.Where(b => BindingMatch.IsOf(b, source)).ToList();
        var tiers = new List<TierExplanation>();
        var decided = false;
        foreach (var tier in Enum.GetValues<RouteTier>().Where(t => t != RouteTier.WildcardPeer || manner.Wildcards))
        {
            var skipped = Skipped(tier, source);
            var rules = candidates.Where(b => Belongs(tier, b)).Select(b => Rule(tier, b, source)).ToList();
            var winner = skipped is null && !decided ? rules.Find(r => r.WhyNot is null)?.Binding : null;
            tiers.Add(new TierExplanation(tier, skipped, rules, winner));
            decided |= winner is not null;
        }

        return new RouteExplanation(source, router.Resolve(source), tiers, model.Bindings.Count - candidates.Count);
    }

    private static string? Skipped(RouteTier tier, MessageSource source) =>
        tier switch
        {
            RouteTier.Peer or RouteTier.WildcardPeer when source.Peer is null => "the message has no peer",
            RouteTier.ParentPeer when source.ParentPeer is not { Id.Length: > 0 } => "the message is in no thread or topic",
            RouteTier.GuildAndRoles or RouteTier.Guild when source.GuildId is null => "the message is of no guild",
            RouteTier.GuildAndRoles when source.MemberRoleIds.Count == 0 => "the sender has no role",
            RouteTier.Team when source.TeamId is null => "the message is of no team",
            _ => null,
        };

    private bool Belongs(RouteTier tier, BindingModel binding) =>
        tier switch
        {
            RouteTier.Peer or RouteTier.ParentPeer => binding.Peer is not null && !BindingMatch.IsWildcard(binding, manner),
            RouteTier.WildcardPeer => BindingMatch.IsWildcard(binding, manner),
            RouteTier.GuildAndRoles => binding is { GuildId: not null, Roles.Count: > 0 },
            RouteTier.Guild => binding is { GuildId: not null, Roles.Count: 0 },
            RouteTier.Team => binding.TeamId is not null,
            RouteTier.Account => binding.Account is not null,
            RouteTier.Channel => binding.Account is null,
            _ => false,
        };

    private RuleExplanation Rule(RouteTier tier, BindingModel binding, MessageSource source)
    {
        var peer = tier == RouteTier.ParentPeer ? source.ParentPeer : source.Peer;
        return new RuleExplanation(
            binding.Index,
            binding.AgentText,
            binding.ToString(),
            BindingMatch.Holds(binding, source, peer, manner) ? null : WhyNot(binding, source, peer)
        );
    }

    private string WhyNot(BindingModel binding, MessageSource source, Peer? peer)
    {
        if (!BindingMatch.PeerHolds(binding, peer, manner))
        {
            return peer is null
                ? $"wants the peer {binding.Peer}, there is none"
                : $"wants the peer {binding.Peer}, it is {peer}";
        }

        if (binding.GuildId is { } guild && guild != source.GuildId)
        {
            return $"wants the guild {guild}, {Is(source.GuildId)}";
        }

        if (binding.TeamId is { } team && team != source.TeamId)
        {
            return $"wants the team {team}, {Is(source.TeamId)}";
        }

        return $"wants one of the roles {string.Join(", ", binding.Roles)}, the sender has "
            + (source.MemberRoleIds.Count == 0 ? "none" : string.Join(", ", source.MemberRoleIds));
    }

    private static string Is(string? id) => id is null ? "there is none" : $"it is {id}";
}
