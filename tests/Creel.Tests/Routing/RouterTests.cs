using Creel.Core.Routing;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Routing;

public sealed class RouterTests
{
    [Fact]
    public void The_index_and_the_specification_read_tier_by_tier_agree_on_every_message()
    {
        var messages = from routing in Routings.Models from source in Routings.Sources select (routing, source);
        Prop.ForAll(
                messages.ToArbitrary(),
                pair =>
                {
                    var explained = new RouteExplainer(pair.routing).Explain(pair.source);
                    var winners = explained.Tiers.Where(t => t.Winner is not null).ToList();
                    winners.Count.ShouldBeLessThanOrEqualTo(1);
                    var (tier, binding) = explained.Outcome switch
                    {
                        RouteOutcome.Found found => (found.Route.MatchedBy, found.Route.Binding),
                        RouteOutcome.Refused refused => (refused.MatchedBy, refused.Binding),
                        _ => throw new InvalidOperationException(),
                    };
                    if (pair.routing.Channels?.Contains(pair.source.Channel) != false)
                    {
                        (winners.FirstOrDefault()?.Tier ?? RouteTier.Default).ShouldBe(tier);
                        winners.FirstOrDefault()?.Winner.ShouldBe(binding);
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void A_rule_that_is_added_at_the_end_changes_no_route_that_a_rule_of_the_same_tier_had_decided()
    {
        var messages =
            from routing in Routings.Models
            from late in Routings.Binding(index: 1000)
            from source in Routings.Sources
            select (routing, late, source);
        Prop.ForAll(
                messages.ToArbitrary(),
                all =>
                {
                    var before = new Router(all.routing).Resolve(all.source);
                    var more = all.routing with { Bindings = [.. all.routing.Bindings, all.late] };
                    var after = new Router(more).Resolve(all.source);
                    var (was, now) = (Decided(before), Decided(after));
                    (now == was || (now.Binding == 1000 && now.Tier < was.Tier)).ShouldBeTrue($"{was} became {now}");
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static (RouteTier Tier, int? Binding) Decided(RouteOutcome outcome) =>
        outcome switch
        {
            RouteOutcome.Found found => (found.Route.MatchedBy, found.Route.Binding),
            RouteOutcome.Refused refused => (refused.MatchedBy, refused.Binding),
            _ => throw new InvalidOperationException(),
        };
}
