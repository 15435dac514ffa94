using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;

namespace Creel.Proxy.Prices;

/// <summary>
/// The prices of models: the snapshot that comes with the program, or one of a habitat's own on top. Names are compared word
/// for word; nothing is guessed from how a name begins.
/// </summary>
internal sealed class PriceList
{
    private static readonly Lazy<PriceList> Builtin = new(ReadBuiltin);

    private readonly FrozenDictionary<(string Upstream, string Model), ModelPrice> prices;

    private PriceList(string version, IReadOnlyList<string> sources, IReadOnlyList<ModelPrice> models)
    {
        (Version, Sources, Models) = (version, sources, models);
        prices = models.SelectMany(m => m.Names.Select(n => ((m.Upstream, n), m))).ToFrozenDictionary(p => p.Item1, p => p.m);
    }

    /// <summary>Of the day on which it was read, with the beginning of its hash: <c>2026-11-05.1a2b3c4d</c>.</summary>
    public string Version { get; }

    public IReadOnlyList<string> Sources { get; }

    public IReadOnlyList<ModelPrice> Models { get; }

    /// <summary>The snapshot that comes with the program.</summary>
    public static PriceList Snapshot => Builtin.Value;

    /// <summary>A price for <c>*</c> is for all models of an upstream that have none of their own.</summary>
    public ModelPrice? Find(string upstream, string model) =>
        prices.GetValueOrDefault((upstream, model)) ?? prices.GetValueOrDefault((upstream, "*"));

    /// <summary>These on top: they win over what is there.</summary>
    public PriceList With(PriceList own)
    {
        var taken = own.prices.Keys.ToHashSet();
        var left = Models.Select(m => m with { Names = [.. m.Names.Where(n => !taken.Contains((m.Upstream, n)))] });
        return new PriceList(
            $"{Version}+{own.Version}",
            [.. Sources, .. own.Sources],
            [.. left.Where(m => m.Names.Count > 0), .. own.Models]
        );
    }

    /// <summary>
    /// A habitat's own on top. What they leave out of a model's size is as it is known here, so that a price alone is enough.
    /// </summary>
    public PriceList With(string version, IReadOnlyList<PriceModel> own) =>
        With(
            new PriceList(
                version,
                [],
                [
                    .. own.Select(said =>
                    {
                        var known = prices.GetValueOrDefault((said.Upstream, said.Model));
                        return new ModelPrice(
                            said.Upstream,
                            [said.Model],
                            RateCard.Of(said.Rates),
                            said.Above,
                            said.Long is { } tier ? RateCard.Of(tier) : null,
                            said.Context ?? known?.Context,
                            said.MaxOutput ?? known?.MaxOutput,
                            said.ImageTokens ?? known?.ImageTokens,
                            version
                        );
                    }),
                ]
            )
        );

    /// <exception cref="CreelException">It is no price list; the fault says where.</exception>
    public static PriceList Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;
            var version = $"{root.GetProperty("date").GetString()}.{Convert.ToHexStringLower(SHA256.HashData(json.Span))[..8]}";
            var models = root.GetProperty("models").EnumerateArray().Select(m => Model(m, version)).ToArray();
            var names = models.SelectMany(m => m.Names.Select(n => $"{m.Upstream}/{n}")).GroupBy(n => n);
            return names.FirstOrDefault(group => group.Count() > 1) is { } twice
                ? throw new FormatException($"{twice.Key} has two prices")
                : new PriceList(version, [.. Texts(root, "sources")], models);
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CreelException(Fault.Invalid("price-list", $"The price list can't be read: {e.Message}"), e);
        }
    }

    private static ModelPrice Model(JsonElement model, string version)
    {
        string[] names = [model.GetProperty("id").GetString()!, .. Texts(model, "aliases")];
        try
        {
            var above = model.TryGetProperty("long", out var tier) ? Number(tier, "above") : null;
            return new ModelPrice(
                model.GetProperty("upstream").GetString()!,
                names,
                Card(model.GetProperty("usdPerMTok")),
                above,
                above is null ? null : Card(tier.GetProperty("usdPerMTok")),
                Number(model, "context"),
                Number(model, "maxOutput"),
                Number(model, "imageTokens"),
                version
            );
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or CreelException)
        {
            throw new FormatException($"{names[0]}: {e.Message}", e);
        }
    }

    private static RateCard Card(JsonElement rates) =>
        RateCard.Of(
            Dollars(rates, "input") ?? throw new FormatException("no price of input"),
            Dollars(rates, "output") ?? throw new FormatException("no price of output"),
            Dollars(rates, "cacheRead"),
            Dollars(rates, "cacheWrite5m"),
            Dollars(rates, "cacheWrite1h")
        );

    private static Rate? Dollars(JsonElement holder, string name)
    {
        if (!holder.TryGetProperty(name, out var value))
        {
            return null;
        }

        var dollars = decimal.Parse(value.GetRawText(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return dollars < 1_000_000 ? Rate.Dollars(dollars) : throw new FormatException($"{name} is out of reach");
    }

    private static long? Number(JsonElement holder, string name) =>
        !holder.TryGetProperty(name, out var value) ? null
        : value.GetInt64() is > 0 and < 1_000_000_000 and var number ? number
        : throw new FormatException($"{name} is no number of tokens");

    private static IEnumerable<string> Texts(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(t => t.GetString()!) : [];

    private static PriceList ReadBuiltin()
    {
        using var stream = typeof(PriceList).Assembly.GetManifestResourceStream("prices.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes);
    }
}
