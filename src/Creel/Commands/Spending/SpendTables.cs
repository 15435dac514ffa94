using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Terminal;

namespace Creel.Commands.Spending;

/// <summary>What was spent, for people.</summary>
internal static class SpendTables
{
    private const int Wide = 100;

    /// <summary>The two tables, and a sentence for each thing that somebody should know.</summary>
    /// <param name="columns">So wide at most.</param>
    public static (string Tables, IReadOnlyList<string> Remarks) Draw(SpendReport report, int columns)
    {
        string[] tables =
        [
            .. new[] { Budgets(report), Spent(report, columns) }.OfType<TextTable>().Select(table => table.Text(columns)),
        ];
        return (string.Join('\n', tables), [.. Remarks(report)]);
    }

    private static TextTable? Budgets(SpendReport report)
    {
        if (report.Budgets.Count == 0)
        {
            return null;
        }

        var table = new TextTable("BUDGET", "PER", "CAP", "SPENT", "RESERVED", "LEFT", "RESETS", "USED UP");
        foreach (var line in report.Budgets)
        {
            table.Add(
                MoneyWords.Purse(line.Group),
                line.Soft ? $"{line.Per}, soft" : line.Per,
                MoneyWords.Short(line.Cap),
                MoneyWords.Gone(line.Spent),
                MoneyWords.Gone(line.Reserved),
                MoneyWords.Short(line.Left),
                MoneyWords.In(line.ResetsAt, report.At),
                line.HitAt is { } at ? MoneyWords.In(at, report.At) : ""
            );
        }

        return table;
    }

    private static TextTable? Spent(SpendReport report, int columns)
    {
        if (report.Spent.Count == 0)
        {
            return null;
        }

        var table = new TextTable("WHO", "MODEL", "CALLS", "REFUSED", "IN", "OUT", "CACHED", "SPENT", "HOUR");
        foreach (var line in report.Spent)
        {
            table.Add(
                line.Agent.Length == 0 || line.Agent == line.Group ? line.Group : $"{line.Group}/{line.Agent}",
                line.Model.Length == 0 ? line.Upstream : $"{line.Upstream}/{line.Model}",
                MoneyWords.About(line.Calls),
                MoneyWords.Number(line.Refused),
                MoneyWords.About(line.Input),
                MoneyWords.About(line.Output),
                MoneyWords.About(line.CacheRead + line.CacheWrite),
                MoneyWords.Gone(line.Spent),
                MoneyWords.Gone(line.LastHour)
            );
        }

        // The last hour is in the sentence below, too.
        table = columns < Wide ? table.Without("HOUR") : table;
        table = report.Spent.All(line => line.Refused == 0) ? table.Without("REFUSED") : table;
        return report.Spent.All(line => line.CacheRead + line.CacheWrite == 0) ? table.Without("CACHED") : table;
    }

    private static IEnumerable<string> Remarks(SpendReport report)
    {
        if (report.Offline)
        {
            yield return OfflineScript.Note;
        }

        if (report.Trouble is { } trouble)
        {
            yield return $"nothing may be spent: {trouble}";
        }

        foreach (var line in report.Budgets.Where(line => line.Warned))
        {
            yield return line.Warning();
        }

        foreach (var line in report.Budgets.Where(line => !line.Granted.IsZero))
        {
            yield return $"{MoneyWords.Purse(line.Group)} per {line.Per}: {line.Granted} of the cap was granted on top of {line.Amount}";
        }

        foreach (var line in report.Budgets.Where(line => !line.Lost.IsZero))
        {
            yield return $"{MoneyWords.Purse(line.Group)} per {line.Per}: {line.Lost} of what is spent was lost in a crash of the proxy: "
                + "it was put aside, and nobody knows whether it was used";
        }

        var total = report.Spent.Aggregate(Money.Zero, (sum, line) => sum + line.Spent);
        var hour = report.Spent.Aggregate(Money.Zero, (sum, line) => sum + line.LastHour);
        yield return $"{total} since {report.Since.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}, {MoneyWords.Gone(hour)} of it in the last hour";
    }
}
