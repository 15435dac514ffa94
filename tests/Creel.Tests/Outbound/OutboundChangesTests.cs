using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Outbound;

namespace Creel.Tests.Outbound;

public class OutboundChangesTests
{
    private static readonly AgentGroup Before = new()
    {
        Id = GroupId.Parse("bart"),
        Level = IsolationLevel.Session,
        Network = NetworkMode.Proxy,
        Limits = ResourceLimits.Unlimited,
        Agents = [AgentId.Parse("bart")],
        Egress = ["github.com:443"],
        Budgets = [new BudgetModel(5, "day")],
        Models = ["anthropic/*"],
        Calls = new CallLimits(60),
    };

    [Fact]
    public void Nothing_is_said_of_what_is_as_it_was() => OutboundChanges.Between(Before, Before with { }).ShouldBeNull();

    [Fact]
    public void Each_is_said_in_a_clause()
    {
        OutboundChanges
            .Between(Before, Before with { Egress = ["npmjs.org:443"] })
            .ShouldBe("egress + npmjs.org:443 - github.com:443");
        OutboundChanges
            .Between(
                Before,
                Before with
                {
                    Budgets = [new BudgetModel(8.5m, "day"), new BudgetModel(20, "24h", 0.5, Soft: true)],
                }
            )
            .ShouldBe(
                "budget $5.00 per day (warned at 80 %) → $8.50 per day (warned at 80 %), budget none → $20.00 in any 1d (soft, warned at 50 %)"
            );
        OutboundChanges.Between(Before, Before with { Budgets = [] }).ShouldBe("budget $5.00 per day (warned at 80 %) → none");
        OutboundChanges.Between(Before, Before with { Models = [] }).ShouldBe("models anthropic/* → all");
        OutboundChanges
            .Between(Before, Before with { Calls = new CallLimits(null, 1000, 2) })
            .ShouldBe("requests a minute 60 → unlimited, tokens a minute unlimited → 1000, calls at once unlimited → 2");
    }

    [Fact]
    public void What_all_groups_share_is_said_in_sentences()
    {
        var habitat = new HabitatModel
        {
            Name = "h",
            Agents = [],
            Groups = [Before],
        };
        OutboundChanges.Between(habitat, habitat with { }).ShouldBeEmpty();
        var local = BuiltInUpstreams.OpenAi with { Name = "local", BaseUrl = "http://127.0.0.1:11434" };
        OutboundChanges
            .Between(
                habitat,
                habitat with
                {
                    Budgets = [new BudgetModel(1, "hour", 0.5)],
                    Upstreams = [.. habitat.Upstreams, local],
                    Intercept = false,
                }
            )
            .ShouldBe([
                "the habitat's budget none → $1.00 per hour (warned at 50 %); without a restart",
                "upstreams + local (http://127.0.0.1:11434); without a restart",
                "calls to providers that know no proxy are refused; without a restart",
            ]);
    }
}
