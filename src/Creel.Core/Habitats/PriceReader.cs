using Creel.Core.Budgets;
using Creel.Core.Habitats.Json5;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>The habitat's own prices, and what it says of what has none.</summary>
/// <param name="upstreams">Those that the habitat has: a price of another one would never apply.</param>
internal sealed class PriceReader(IReadOnlyList<UpstreamModel> upstreams, Findings findings)
{
    private const int MostTokens = 1_000_000_000;
    private const int LongestFeature = 64;
    private static readonly string[] RateKeys = ["input", "output", "cacheRead", "cacheWrite5m", "cacheWrite1h"];
    private static readonly string[] Keys = [.. RateKeys, "long", "context", "maxOutput", "imageTokens"];
    private readonly DollarReader dollars = new(findings);

    public IReadOnlyList<PriceModel> Prices(Json5Object? section)
    {
        var prices = new List<PriceModel>();
        foreach (var (upstream, member) in Entries(section, "prices"))
        {
            if (member.Key.Length is 0 or > 200 || member.Key.Any(char.IsControl))
            {
                findings.Error(member.KeyAt, "is no name of a model");
            }
            else if (member.Value is Json5Object node)
            {
                prices.Add(Price(upstream, member.Key, new Fields(node, findings)));
            }
            else
            {
                findings.Error(member.Value.At, $"must be an object with 'input' and 'output', got {member.Value.Kind}");
            }
        }

        return prices;
    }

    /// <summary>What a call may cost more by a field, a tool or a kind of content, as the refusal names it.</summary>
    public IReadOnlyList<BoundModel> Bounds(Json5Object? section)
    {
        var bounds = new List<BoundModel>();
        foreach (var (upstream, member) in Entries(section, "bounds"))
        {
            if (
                member.Key.Length is 0 or > LongestFeature
                || !member.Key.All(c => char.IsAsciiLetterOrDigit(c) || "._-:/?".Contains(c))
            )
            {
                findings.Error(member.KeyAt, $"is no name of a feature as a refusal says it, such as 'tool:web_search'");
            }
            else if (dollars.Read(new Fields(Only(section!, upstream, member), findings), member.Key, 1_000_000) is { } usd)
            {
                bounds.Add(new BoundModel(upstream, member.Key, usd));
            }
        }

        return bounds;
    }

    /// <summary>Null: calls of models without a price are refused.</summary>
    public RateModel? Unpriced(Fields top)
    {
        switch (top.Any("unpriced"))
        {
            case null or Json5String { Value: "refuse" }:
                return null;
            case Json5Object node:
                KnownKeys.Check(node, "unpriced", RateKeys, [], "it belongs to an agent or a group", findings);
                return Rates(new Fields(node, findings));
            case var other:
                findings.Error(other.At, $"must be 'refuse', or an object with 'input' and 'output', got {other.Kind}");
                return null;
        }
    }

    public static int? MaxTokens(Fields? holder) => holder?.Count("maxTokens", 1, MostTokens);

    private PriceModel Price(string upstream, string model, Fields fields)
    {
        KnownKeys.Check(fields.Node, "a price", Keys, [], "it belongs to an agent or a group", findings);
        var tier = fields.Object("long") is { } node ? new Fields(node, findings) : null;
        if (tier is not null)
        {
            KnownKeys.Check(tier.Node, "long", [.. RateKeys, "above"], [], "it belongs to an agent or a group", findings);
            if (!tier.Has("above"))
            {
                findings.Error(tier.At, "needs 'above': the number of tokens from which a prompt counts as long");
            }
        }

        return new PriceModel(
            upstream,
            model,
            Rates(fields),
            tier?.Count("above", 1, MostTokens),
            tier is null ? null : Rates(tier),
            fields.Count("context", 1, MostTokens),
            fields.Count("maxOutput", 1, MostTokens),
            fields.Count("imageTokens", 1, MostTokens)
        );
    }

    private RateModel Rates(Fields fields)
    {
        const decimal Most = RateModel.Most - 1;
        return new RateModel(
            dollars.Read(fields, "input", Most, required: true) ?? 0,
            dollars.Read(fields, "output", Most, required: true) ?? 0,
            dollars.Read(fields, "cacheRead", Most),
            dollars.Read(fields, "cacheWrite5m", Most),
            dollars.Read(fields, "cacheWrite1h", Most)
        );
    }

    private IEnumerable<(string Upstream, Json5Member Member)> Entries(Json5Object? section, string what)
    {
        foreach (var upstream in section?.Members ?? [])
        {
            if (upstream.Value is not Json5Object node)
            {
                findings.Error(upstream.Value.At, $"must be an object, got {upstream.Value.Kind}");
            }
            else if (upstreams.All(u => u.Name != upstream.Key))
            {
                var names = upstreams.Select(u => u.Name).ToList();
                findings.Error(
                    upstream.KeyAt,
                    $"no upstream is called {Slug.Quote(upstream.Key)}, so its {what} would never apply; there are: "
                        + $"{string.Join(", ", names)}{Spelling.Hint(upstream.Key, names)}"
                );
            }
            else
            {
                foreach (var member in node.Members.Where(m => m.Value is not Json5Null))
                {
                    yield return (upstream.Key, member);
                }
            }
        }
    }

    private static Json5Object Only(Json5Object section, string upstream, Json5Member member) =>
        (Json5Object)section.Find(upstream)!.Value with
        {
            Members = [member],
        };
}
