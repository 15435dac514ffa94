using System.Globalization;
using System.Text;

namespace Creel.Bench;

/// <summary>The matrix of attempts and substrates, as a page.</summary>
internal static class ContainmentPage
{
    public static void Write(string file, IReadOnlyList<TrialColumn> columns, string versions)
    {
        var text = new StringBuilder();
        text.Append("# Containment\n\n");
        text.Append(
            "Written by `./do containment`, which attacks cells from inside by `creel verify`; never by hand. What each cell\n"
        );
        text.Append("claims is a table in `src/Creel.Core/Policy`; what each attempt does, in `src/Creel.Runtime/Attempts`.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}; {versions}.\n\n");
        text.Append("| | means |\n|---|---|\n");
        text.Append("| held | claimed, tried, and it failed |\n");
        text.Append("| **NOT HELD** | claimed, and the attempt got through: `creel verify` ends with 1 |\n");
        text.Append(
            "| claimed | claimed, and not tried here: there was nothing to try it on, or it would end the whole sandbox |\n"
        );
        text.Append("| (held) | not claimed, and it failed even so |\n");
        text.Append("| open | not claimed, and the attempt got through |\n");
        text.Append("| – | not claimed and not tried |\n");
        var rows = columns.SelectMany(c => c.Rows).DistinctBy(r => r.Id).GroupBy(r => r.Family);
        foreach (var family in rows.OrderBy(f => Order(f.Key)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {family.Key}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"| the agent… | {string.Join(" | ", columns.Select(c => c.Title))} |\n");
            text.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(columns.Select(_ => "---|"))}\n");
            foreach (var row in family)
            {
                var cells = columns.Select(c => Word(c.Find(row.Id)));
                text.Append(CultureInfo.InvariantCulture, $"| {row.What} | {string.Join(" | ", cells)} |\n");
            }
        }

        text.Append("\n## Sum\n\n| | claims held | did not | not tried | not claimed |\n|---|---|---|---|---|\n");
        foreach (var column in columns)
        {
            var claimed = column.Rows.Where(r => r.Claimed).ToList();
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {column.Title} | {claimed.Count(r => r.Held == true)} | {column.Failed} | {claimed.Count(r => r is { Held: null, Fails: false })} | {column.Rows.Count - claimed.Count} |\n"
            );
        }

        File.WriteAllText(file, text.ToString());
    }

    private static int Order(string family) =>
        Array.IndexOf(["neighbour", "host", "privilege", "network", "outbound", "naming", "resource"], family);

    private static string Word(TrialRow? row) =>
        row switch
        {
            null => "–",
            { Fails: true } => "**NOT HELD**",
            { Claimed: true, Held: true } => "held",
            { Claimed: true } => "claimed",
            { Held: true } => "(held)",
            { Held: false } => "open",
            _ => "–",
        };
}
