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
        OutboundChanges.Between(Before, Before with { MaxTokens = 500 }).ShouldBe("maxTokens the habitat's → 500");
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

    [Theory]
    [MemberData(nameof(Shared))]
    public void Each_that_all_groups_share_is_said(string said, Func<HabitatModel, HabitatModel> change)
    {
        var habitat = new HabitatModel
        {
            Name = "h",
            Agents = [],
            Groups = [Before],
            Prices = [new PriceModel("openai", "mine", new RateModel(1, 2.5m))],
            Bounds = [new BoundModel("openai", "tool:web_search", 0.01m)],
        };
        OutboundChanges.Between(habitat, habitat with { }).ShouldBeEmpty();
        OutboundChanges.Between(habitat, change(habitat)).ShouldBe([$"{said}; without a restart"]);
    }

    public static TheoryData<string, Func<HabitatModel, HabitatModel>> Shared() =>
        new()
        {
            { "price of openai/mine $1.00 in $2.50 out → as listed", h => h with { Prices = [] } },
            {
                "price of openai/mine $1.00 in $2.50 out → $1.00 in $3.00 out $0.10 cache read, context 8000, maxOutput 9, imageTokens 7",
                h =>
                    h with
                    {
                        Prices =
                        [
                            new PriceModel(
                                "openai",
                                "mine",
                                new RateModel(1, 3, 0.1m),
                                Context: 8000,
                                MaxOutput: 9,
                                ImageTokens: 7
                            ),
                        ],
                    }
            },
            {
                "price of openai/long as listed → $1.00 in $2.00 out, above 200000 tokens $2.00 in $4.00 out",
                h =>
                    h with
                    {
                        Prices =
                        [
                            .. h.Prices,
                            new PriceModel("openai", "long", new RateModel(1, 2), 200_000, new RateModel(2, 4)),
                        ],
                    }
            },
            { "bound of openai tool:web_search $0.01 → refused", h => h with { Bounds = [] } },
            { "bound of openai tool:web_search $0.01 → $0.02", h => h with { Bounds = [h.Bounds[0] with { Usd = 0.02m }] } },
            { "price of models that have none refused → $5.00 in $6.00 out", h => h with { Unpriced = new RateModel(5, 6) } },
            { "maxTokens the model's own limit → 900", h => h with { MaxTokens = 900 } },
            {
                "compatibility port none → 127.0.0.1:18080",
                h => h with { Compatibility = new CompatibilityPort("127.0.0.1", 18080) }
            },
            {
                "calls to providers are answered by Creel's own stand-in, and go out no more",
                h => h with { Offline = OfflineScript.Plain }
            },
            { "proxy.bodyLimit 35651584 → 2048 bytes", h => h with { BodyLimit = 2048 } },
            { "proxy.readTimeout 900 → 60 seconds", h => h with { ReadTimeout = 60 } },
            {
                "upstream openai: http2 false → true, onAbort stop → read",
                OpenAi(u => u with { OnAbort = OnAbort.Read, Http2 = true })
            },
            {
                "upstream openai: auth bearer → x-api-key, local false → true",
                OpenAi(u => u with { Auth = AuthStyle.ApiKey, Local = true })
            },
            {
                "upstream openai: hosts + b.example - api.openai.com, calls - POST /v1/responses",
                OpenAi(u => u with { Hosts = ["b.example"], Calls = [.. u.Calls.Where(c => c.Path != "/v1/responses")] })
            },
            {
                "upstream openai: baseUrl https://api.openai.com → https://eu.example, dialect openai → none",
                OpenAi(u => u with { BaseUrl = "https://eu.example", Dialect = Dialect.None })
            },
        };

    [Fact]
    public void Answers_of_the_stand_in_that_change_are_said_and_such_that_do_not_are_not()
    {
        var habitat = new HabitatModel
        {
            Name = "h",
            Agents = [],
            Groups = [],
            Offline = Script("yes"),
        };
        OutboundChanges.Between(habitat, habitat with { Offline = Script("yes") }).ShouldBeEmpty();
        OutboundChanges
            .Between(habitat, habitat with { Offline = Script("no") })
            .ShouldBe(["what the stand-in answers changes; without a restart"]);
        OutboundChanges
            .Between(habitat, habitat with { Offline = null })
            .ShouldBe(["calls to providers go out, and cost money: the stand-in answers no more; without a restart"]);
    }

    private static OfflineScript Script(string text) => new() { Rules = [new OfflineRule { Text = text }] };

    private static Func<HabitatModel, HabitatModel> OpenAi(Func<UpstreamModel, UpstreamModel> change) =>
        habitat => habitat with { Upstreams = [.. habitat.Upstreams.Select(u => u.Name == "openai" ? change(u) : u)] };
}
