using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Spending;

/// <summary><c>creel price</c>: what models cost, and which have no price.</summary>
internal static class PriceCommand
{
    public static Command Build(Cli cli)
    {
        var model = new Argument<string?>("MODEL")
        {
            Description = "A part of its name, or of upstream/name",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var list = new Command("list", "What models cost, in dollars for a million tokens") { model };
        list.Aliases.Add("ls");
        cli.Runs(list, (call, cancel) => ListAsync(call, call.Optional(model), cancel));
        var check = new Command("check", "Models that are used, or named in the habitat, and have no price; exits 1 if any");
        cli.Runs(check, CheckAsync);
        return new Command("price", "What models cost: list, check") { Aliases = { "prices" }, Subcommands = { list, check } };
    }

    private static async Task<int> ListAsync(Call call, string? part, CancellationToken cancel)
    {
        var report = await ReportAsync(call, cancel);
        var found = report
            .Prices.Where(price =>
                part is null
                || price.Names.Any(name => $"{price.Upstream}/{name}".Contains(part, StringComparison.OrdinalIgnoreCase))
            )
            .ToList();
        if (call.Json)
        {
            call.Print(JsonSerializer.SerializeToElement(report with { Prices = found }, OutboundJson.Default.PriceReport));
            return ExitCodes.Ok;
        }

        if (found.Count == 0)
        {
            throw new CreelException(
                Fault.NotFound("no-price", $"no price is known of a model like that, by the list {report.Version}", Remedy)
            );
        }

        var table = new TextTable("MODEL", "INPUT", "OUTPUT", "CACHE READ", "WRITE 5M", "WRITE 1H", "FROM");
        foreach (var price in found)
        {
            Add(table, $"{price.Upstream}/{price.Names[0]}", price.Rates, price.Version.Split('.')[0]);
            if (price is { Above: { } above, Long: { } rates })
            {
                Add(table, $"  above {MoneyWords.Number(above)} tokens", rates, "");
            }
        }

        if (report.Unpriced is { } other && part is null)
        {
            Add(table, "all others", other, "habitat");
        }

        call.Io.Out.Write(table.Text(call.Io.Columns));
        call.Note($"price list {report.Version}, dollars for a million tokens");
        return ExitCodes.Ok;
    }

    private const string Remedy = "Name its price in the habitat file, under 'prices': docs/habitat.md";

    private static async Task<int> CheckAsync(Call call, CancellationToken cancel)
    {
        var report = await ReportAsync(call, cancel);
        var missing = Missing(report, await NamedAsync(call, cancel));
        if (call.Json)
        {
            call.Print(new { version = report.Version, missing });
            return missing.Count == 0 ? ExitCodes.Ok : ExitCodes.Negative;
        }

        if (missing.Count == 0)
        {
            call.Say($"all models that are used, or named in the habitat, have a price (list {report.Version})");
            return ExitCodes.Ok;
        }

        var table = new TextTable("MODEL", "CALLS", "NAMED BY");
        foreach (var model in missing)
        {
            table.Add($"{model.Upstream}/{model.Model}", MoneyWords.Number(model.Calls), string.Join(", ", model.NamedBy));
        }

        call.Show(table);
        call.Note($"they have no price in the list {report.Version}, so their calls are refused");
        call.Note($"  → {Remedy}");
        return ExitCodes.Negative;
    }

    /// <summary>Each model once, with who names it.</summary>
    private static List<MissingPrice> Missing(PriceReport report, IReadOnlyList<(string Model, string Agent)> named) =>
        [
            .. report
                .Missing.Select(m => (m.Upstream, m.Model, m.Calls, Agent: (string?)null))
                .Concat(named.Where(n => !Knows(report, n.Model)).Select(n => Named(n.Model, n.Agent)))
                .GroupBy(m => (m.Upstream, m.Model))
                .Select(same => new MissingPrice(
                    same.Key.Upstream,
                    same.Key.Model,
                    same.Sum(m => m.Calls),
                    [.. same.Select(m => m.Agent).OfType<string>().Distinct()]
                ))
                .OrderByDescending(m => m.Calls)
                .ThenBy(m => $"{m.Upstream}/{m.Model}", StringComparer.Ordinal),
        ];

    private static bool Knows(PriceReport report, string model) =>
        Named(model, "") is var (upstream, name, _, _) && report.Knows(upstream, name);

    private static (string Upstream, string Model, int Calls, string? Agent) Named(string model, string agent)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return (model[..slash], model[(slash + 1)..], 0, agent);
    }

    /// <summary>The models of agents, as <c>upstream/name</c>, and those that groups may call.</summary>
    private static async Task<IReadOnlyList<(string Model, string Agent)>> NamedAsync(Call call, CancellationToken cancel)
    {
        try
        {
            var habitat = Call.Read<HabitatView>(await call.Client.GetAsync("habitat", cancel));
            return
            [
                .. (habitat.Agents ?? [])
                    .Select(a => (a.Model ?? "", a.Id))
                    .Concat((habitat.Groups ?? []).SelectMany(g => (g.Models ?? []).Select(m => (m, g.Id))))
                    .Where(n =>
                        n.Item1.IndexOf('/', StringComparison.Ordinal) > 0 && !n.Item1.EndsWith("/*", StringComparison.Ordinal)
                    ),
            ];
        }
        catch (CreelException e) when (e.Fault.Code == "habitat")
        {
            // None is up: there is only what was used.
            return [];
        }
    }

    private static async Task<PriceReport> ReportAsync(Call call, CancellationToken cancel) =>
        (await call.Client.GetAsync("prices", cancel)).Deserialize(OutboundJson.Default.PriceReport)!;

    private static void Add(TextTable table, string name, RateLine rates, string version) =>
        table.Add(
            name,
            rates.Input.ToString(),
            rates.Output.ToString(),
            rates.CacheRead.ToString(),
            rates.CacheWrite5m.ToString(),
            rates.CacheWrite1h.ToString(),
            version
        );

    /// <param name="Calls">That were refused for it, of those that are still kept one by one.</param>
    private sealed record MissingPrice(string Upstream, string Model, int Calls, IReadOnlyList<string> NamedBy);
}
