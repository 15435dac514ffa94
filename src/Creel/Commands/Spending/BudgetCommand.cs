using System.CommandLine;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Spending;

/// <summary><c>creel budget</c>: what groups and the habitat may spend.</summary>
internal static class BudgetCommand
{
    public static Command Build(Cli cli)
    {
        var purse = new Argument<string>(MoneyWords.Argument) { Description = "A group, or habitat for all of them together" };
        var usd = new Argument<string>("USD") { Description = "US dollars, exactly: 5, 0.25, $1.50" };
        return new Command("budget", "What groups and the habitat may spend: set, rm, list, grant")
        {
            Aliases = { "budgets" },
            Subcommands = { Set(cli, purse, usd), Remove(cli, purse), List(cli), Grant(cli, purse, usd) },
        };
    }

    private static Command Set(Cli cli, Argument<string> purse, Argument<string> usd)
    {
        var per = Window("--per", "For how long: hour, day, week, month, total, or rolling: 90m, 24h, 7d", "WINDOW");
        var rolling = Window("--rolling", "In any stretch of this length: 90m, 24h, 7d; in place of --per", "TIME");
        var warn = new Option<string?>("--warn")
        {
            Description = "The share at which somebody is told; 80% where nothing is said",
            HelpName = "SHARE",
        };
        var soft = new Option<bool>("--soft") { Description = "It warns, and refuses nothing" };
        var set = new Command("set", "Set a budget, in force at once; written into the habitat's local file")
        {
            purse,
            usd,
            per,
            rolling,
            warn,
            soft,
        };
        return cli.Runs(
            set,
            (call, cancel) =>
            {
                var order = new
                {
                    group = MoneyWords.Group(call.Value(purse))?.Value,
                    usd = Money.Parse(call.Value(usd)).Usd,
                    per = WindowOf(call.Value(per), call.Value(rolling)),
                    warn = Share(call.Value(warn)),
                    soft = call.Value(soft),
                };
                return ChangeAsync(call, HttpMethod.Put, "budgets", Call.Body(order), cancel);
            }
        );
    }

    private static Command Remove(Cli cli, Argument<string> purse)
    {
        var per = Window("--per", "Only the budget with this window", "WINDOW");
        var rolling = Window("--rolling", "Only the one that rolls over this length; in place of --per", "TIME");
        var remove = new Command("rm", "Take away what creel budget set has set") { purse, per, rolling };
        return cli.Runs(
            remove,
            (call, cancel) =>
            {
                var group = MoneyWords.Group(call.Value(purse));
                string?[] said =
                [
                    group is { } id ? $"group={id}" : null,
                    WindowOrNone(call.Value(per), call.Value(rolling)) is { } window ? $"per={window}" : null,
                ];
                var query = string.Join('&', said.OfType<string>());
                return ChangeAsync(call, HttpMethod.Delete, query.Length > 0 ? $"budgets?{query}" : "budgets", null, cancel);
            }
        );
    }

    private static Command List(Cli cli) =>
        cli.Runs(
            new Command("list", "The budgets of the habitat that is up, and where each is said") { Aliases = { "ls" } },
            async (call, cancel) =>
            {
                var answer = await call.Client.GetAsync("budgets", cancel);
                if (call.Json)
                {
                    call.Print(answer);
                    return ExitCodes.Ok;
                }

                var budgets = Call.Read<BudgetsView>(answer).Budgets ?? [];
                if (budgets.Count == 0)
                {
                    call.Say("there are none");
                    call.Note("  → set one with: creel budget set habitat 20 --per month");
                    return ExitCodes.Ok;
                }

                var granted = await Grants.AskAsync(call, cancel);
                var table = new TextTable("BUDGET", "CAP", "GRANTED", "PER", "WARNS AT", "KIND", "SAID AT");
                foreach (var one in budgets)
                {
                    var more = granted.To(one);
                    table.Add(
                        one.Group ?? MoneyWords.Habitat,
                        one.CapWith(more),
                        more.IsZero ? "" : more.ToString(),
                        one.Per,
                        one.WarnWords,
                        one.Kind,
                        one.Place
                    );
                }

                call.Show(budgets.All(one => granted.To(one).IsZero) ? table.Without("GRANTED") : table);
                return ExitCodes.Ok;
            }
        );

    private static Command Grant(Cli cli, Argument<string> purse, Argument<string> usd)
    {
        var per = Window("--per", "Of the budget with this window; else of all that it has", "WINDOW");
        var rolling = Window("--rolling", "Of the one that rolls over this length; in place of --per", "TIME");
        var grant = new Command("grant", "One more allowance, for the windows that are open now") { purse, usd, per, rolling };
        return cli.Runs(
            grant,
            (call, cancel) =>
            {
                var order = new
                {
                    group = MoneyWords.Group(call.Value(purse))?.Value,
                    usd = Money.Parse(call.Value(usd)).Usd,
                    per = WindowOrNone(call.Value(per), call.Value(rolling)),
                };
                return GrantAsync(call, Call.Body(order), cancel);
            }
        );
    }

    private static async Task<int> GrantAsync(Call call, byte[] body, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Post, "budgets/grants", body, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        foreach (var line in answer.Deserialize(OutboundJson.Default.GrantAnswer)!.Budgets)
        {
            call.Say(
                $"{MoneyWords.Purse(line.Group)} per {line.Per}: cap {line.Cap}, of it {line.Granted} granted; spent {line.Spent}, "
                    + $"left {line.Left}; resets {MoneyWords.In(line.ResetsAt, call.Time.GetUtcNow())}"
            );
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> ChangeAsync(Call call, HttpMethod method, string path, byte[]? body, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(method, path, body, cancel);
        var done = Call.Read<BudgetChangeView>(answer);
        var exit = done.Untold is null ? ExitCodes.Ok : ExitCodes.ApplyFailed;
        if (call.Json)
        {
            call.Print(answer);
            return exit;
        }

        var whose = done.Group is { } group ? $"group {group}" : "the habitat";
        var left = done.Budgets ?? [];
        var state = done.Untold is { } why ? $"written down; the proxy has not taken it: {why}" : null;
        call.Say(
            left.Count == 0
                ? $"{whose} has no budget any more{(state is null ? "" : $"; {state}")}"
                : $"{whose}: {string.Join("; ", left.Select(one => one.ToString()))}; {state ?? "in force now"}"
        );
        if (done.LocalFile is { } file)
        {
            call.Note($"written in {file}");
        }

        var granted = left.Count > 0 ? await Grants.AskAsync(call, cancel) : Grants.None;
        foreach (var one in left.Where(one => !granted.To(one).IsZero))
        {
            var more = granted.To(one);
            call.Note($"the cap per {one.Per} is {one.CapWith(more)} until it resets: {more} was granted on top");
        }

        return exit;
    }

    private static Option<string?> Window(string name, string description, string word) =>
        new(name) { Description = description, HelpName = word };

    /// <exception cref="UsageException">Neither was said, or both.</exception>
    private static string WindowOf(string? per, string? rolling)
    {
        if (per is null == rolling is null)
        {
            throw new UsageException("a budget needs a window", "add --per day, or --rolling 24h");
        }

        return WindowOrNone(per, rolling)!;
    }

    /// <exception cref="UsageException">Both were said.</exception>
    private static string? WindowOrNone(string? per, string? rolling)
    {
        if (per is not null && rolling is not null)
        {
            throw new UsageException("a budget has one window", "leave out --per, or --rolling");
        }

        if ((per ?? rolling) is not { } text)
        {
            return null;
        }

        var window = Core.Budgets.Window.Parse(text);
        return rolling is null || window.Kind == WindowKind.Rolling
            ? window.ToString()
            : throw new UsageException($"{window} does not roll", $"write --per {window}, or --rolling 24h");
    }

    private static decimal? Share(string? text) =>
        text is null ? null
        : MoneyWords.TryShare(text, out var share) ? share
        : throw new UsageException($"'{text}' is no share", "write it as 80% or 0.8");
}
