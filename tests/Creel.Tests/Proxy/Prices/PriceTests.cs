using System.Text;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Proxy.Prices;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Proxy.Prices;

public class PriceTests
{
    [Theory]
    [InlineData("anthropic", "claude-sonnet-4-5", "3", "15")]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", "3", "15")]
    [InlineData("anthropic", "claude-haiku-5-5", "0.1", "0.5")]
    [InlineData("openai", "gpt-4o-mini-2024-07-18", "0.15", "0.6")]
    [InlineData("openai", "text-embedding-3-small", "0.02", "0")]
    public void The_snapshot_knows_models_by_all_their_names(string upstream, string model, string input, string output)
    {
        var price = PriceList.Snapshot.Find(upstream, model).ShouldNotBeNull();
        price.Rates.Input.ShouldBe(Rate.Dollars(decimal.Parse(input)));
        price.Rates.Output.ShouldBe(Rate.Dollars(decimal.Parse(output)));
    }

    [Theory]
    [InlineData("anthropic", "claude-sonnet-4")]
    [InlineData("anthropic", "claude-sonnet-4-5-20991231")]
    [InlineData("anthropic", "Claude-Sonnet-4-5")]
    [InlineData("anthropic", "gpt-4o")]
    [InlineData("openai", "gpt-4o-mini-realtime")]
    [InlineData("elsewhere", "gpt-4o")]
    [InlineData("openai", "*")]
    public void A_name_that_only_begins_alike_is_another_model(string upstream, string model) =>
        PriceList.Snapshot.Find(upstream, model).ShouldBeNull();

    [Fact]
    public void Every_price_of_the_snapshot_is_plausible()
    {
        PriceList.Snapshot.Version.ShouldMatch(@"^\d{4}-\d\d-\d\d\.[0-9a-f]{8}$");
        PriceList.Snapshot.Sources.ShouldNotBeEmpty();
        foreach (var model in PriceList.Snapshot.Models)
        {
            foreach (var rates in new[] { model.Rates, model.Long ?? model.Rates })
            {
                rates.Input.ShouldNotBe(default, model.Id);
                rates.CacheRead.NanosPerMillion.ShouldBeLessThanOrEqualTo(rates.Input.NanosPerMillion, model.Id);
                rates.CacheWrite1h.NanosPerMillion.ShouldBeGreaterThanOrEqualTo(rates.CacheWrite5m.NanosPerMillion, model.Id);
            }
        }
    }

    [Fact]
    public void A_charge_is_rounded_up_by_kind_and_shows_its_arithmetic()
    {
        var price = PriceList.Snapshot.Find("anthropic", "claude-3-haiku-20240307")!;
        var charge = price.Of(new Usage(Input: 1, Output: 3, CacheRead: 1001, CacheWrite5m: 2, CacheWrite1h: 1));
        charge
            .Lines.Select(l => l.ToString())
            .ShouldBe([
                "1 input tokens × $0.25/MTok = $0.00000025",
                "1001 cache read tokens × $0.03/MTok = $0.00003003",
                "2 cache write 5m tokens × $0.30/MTok = $0.0000006",
                "1 cache write 1h tokens × $0.50/MTok = $0.0000005",
                "3 output tokens × $1.25/MTok = $0.00000375",
            ]);
        charge.Total.ShouldBe(new Money(250 + 30_030 + 600 + 500 + 3_750));
        Rate.Dollars(0.0000001m).Of(1).ShouldBe(new Money(1));
    }

    [Fact]
    public void A_long_prompt_is_charged_by_the_long_tier_all_of_it_and_cached_tokens_make_it_long()
    {
        var price = PriceList.Snapshot.Find("anthropic", "claude-sonnet-4-5")!;
        price.Of(new Usage(200_000, 0)).Total.ShouldBe(Money.Parse("0.6"));
        price.Of(new Usage(1, 0, CacheRead: 200_000)).Total.ShouldBe(Money.Parse("0.120006"));
    }

    [Fact]
    public void No_usage_within_the_bounds_costs_more_than_the_worst_case() =>
        Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                var price = PriceList.Snapshot.Models[random.Next(PriceList.Snapshot.Models.Count)];
                var (input, output) = (random.NextInt64(600_000), random.NextInt64(50_000));
                var caches = random.Next(2) == 0;
                var left = input;
                long Part() => random.NextInt64(left + 1) is var part && (left -= part) >= 0 ? part : 0;
                var usage = new Usage(Part(), random.NextInt64(output + 1), Part(), caches ? Part() : 0, caches ? Part() : 0);
                return price.Of(usage).Total <= price.Worst(input, output, caches);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_habitats_own_prices_win_and_a_star_is_for_the_rest()
    {
        var own = PriceList.Read(
            Encoding.UTF8.GetBytes(
                """
                { "date": "2026-11-20", "sources": ["a contract"], "models": [
                  { "upstream": "openai", "id": "gpt-4o", "usdPerMTok": { "input": 1, "output": 2 } },
                  { "upstream": "local", "id": "*", "usdPerMTok": { "input": 0, "output": 0 } } ] }
                """
            )
        );
        var prices = PriceList.Snapshot.With(own);
        prices.Find("openai", "gpt-4o")!.Rates.Input.ShouldBe(Rate.Dollars(1));
        prices.Find("openai", "gpt-4o-2024-08-06")!.Rates.Input.ShouldBe(Rate.Dollars(2.5m));
        prices.Find("local", "llama3:8b")!.Of(new Usage(1000, 1000)).Total.ShouldBe(Money.Zero);
        prices.Version.ShouldBe($"{PriceList.Snapshot.Version}+{own.Version}");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{ "date": "2026-11-20" }""")]
    [InlineData("""{ "date": "d", "models": [{ "upstream": "o", "id": "m", "usdPerMTok": { "input": 1 } }] }""")]
    [InlineData("""{ "date": "d", "models": [{ "upstream": "o", "id": "m", "usdPerMTok": { "input": -1, "output": 1 } }] }""")]
    [InlineData("""{ "date": "d", "models": [{ "upstream": "o", "id": "m", "usdPerMTok": { "input": 1e30, "output": 1 } }] }""")]
    [InlineData(
        """{ "date": "d", "models": [{ "upstream": "o", "id": "m", "usdPerMTok": { "input": 1, "input": 0, "output": 1 } }] }"""
    )]
    [InlineData(
        """{ "date": "d", "models": [{ "upstream": "o", "id": "m", "aliases": ["m"], "usdPerMTok": { "input": 1, "output": 1 } }] }"""
    )]
    public void A_wrong_price_list_is_refused_whole(string json) =>
        Should.Throw<CreelException>(() => PriceList.Read(Encoding.UTF8.GetBytes(json))).Fault.Code.ShouldBe("price-list");
}
