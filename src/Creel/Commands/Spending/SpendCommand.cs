using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Spending;

/// <summary><c>creel spend</c>: who spent what on which model, how each budget stands, and how a charge came about.</summary>
internal static class SpendCommand
{
    public static Command Build(Cli cli)
    {
        var group = new Option<string?>("--group") { Description = "Only of this group", HelpName = "ID" };
        var since = new Option<string?>("--since")
        {
            Description = "How far back, by the hour: 24h (where nothing is said), 7d",
            HelpName = "TIME",
        };
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on, every two seconds" };
        var id = new Argument<string>("CALL") { Description = "Its id, as creel proxy log shows it" };
        var explain = new Command("explain", "How a call's charge came about") { id };
        cli.Runs(explain, (call, cancel) => ExplainAsync(call, call.Value(id), cancel));
        var command = new Command("spend", "Who spent what on which model, and how each budget stands")
        {
            group,
            since,
            watch,
            explain,
        };
        return cli.Runs(
            command,
            (call, cancel) =>
            {
                var path = Path(call.Value(group), call.Value(since));
                return call.Value(watch) ? WatchAsync(call, path, cancel) : OnceAsync(call, path, cancel);
            }
        );
    }

    private static async Task<int> OnceAsync(Call call, string path, CancellationToken cancel)
    {
        var answer = await call.Client.GetAsync(path, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var report = answer.Deserialize(OutboundJson.Default.SpendReport)!;
        var (tables, remarks) = SpendTables.Draw(report, call.Io.Columns);
        if (tables.Length == 0)
        {
            call.Say("nothing was spent, and no cell that is up has a budget");
            call.Note("  → set one with: creel budget set habitat 20 --per month");
            return ExitCodes.Ok;
        }

        call.Io.Out.Write(tables);
        foreach (var remark in remarks)
        {
            call.Note(remark);
        }

        return ExitCodes.Ok;
    }

    private static Task<int> WatchAsync(Call call, string path, CancellationToken cancel) =>
        Watching.RunAsync(
            call,
            path,
            TimeSpan.FromSeconds(2),
            answer =>
            {
                var report = answer.Deserialize(OutboundJson.Default.SpendReport)!;
                var (tables, remarks) = SpendTables.Draw(report, call.Io.Columns);
                return Task.FromResult(string.Join('\n', remarks.Prepend(tables.TrimEnd('\n')).Where(part => part.Length > 0)));
            },
            cancel
        );

    private static async Task<int> ExplainAsync(Call call, string id, CancellationToken cancel)
    {
        var answer = await call.Client.GetAsync($"spend/calls/{Uri.EscapeDataString(id)}", cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        foreach (var line in CallExplanation.Lines(answer.Deserialize(OutboundJson.Default.CallRecord)!))
        {
            call.Say(line);
        }

        return ExitCodes.Ok;
    }

    private static string Path(string? group, string? since)
    {
        var asked = group is null ? null : $"group={GroupId.Parse(group)}";
        var back = since is null ? null : $"hours={Hours(since).ToString(CultureInfo.InvariantCulture)}";
        var query = string.Join('&', new[] { asked, back }.OfType<string>());
        return query.Length > 0 ? $"spend?{query}" : "spend";
    }

    private static int Hours(string since) =>
        Words.TrySpan(since, out var span)
            ? (int)Math.Ceiling(span.TotalHours)
            : throw new UsageException($"'{since}' is no time", "write it as 12h or 7d, up to 366d");
}
