using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Creel.Bench;

/// <summary>The last figures of every bench, in docs/benchmarks.md: a bench replaces its own section and leaves the others.</summary>
internal static class Report
{
    private const string Head = """
        # Benchmarks

        Measured by `./do bench`; each section by `./do bench NAME`. Absolute times depend on the machine; what stands "beside it"
        was taken in turn with it, in the same run. A target that was missed is marked so.

        """;

    public static void Print(string bench, IReadOnlyList<Figure> figures)
    {
        Console.WriteLine($"\n{bench}");
        foreach (var figure in figures)
        {
            Console.WriteLine($"  {figure.Name, -62} {Value(figure), 14}  {Verdict(figure)}");
        }
    }

    public static void Write(string file, string bench, IReadOnlyList<Figure> figures)
    {
        var sections = File.Exists(file) ? Read(File.ReadAllText(file)) : [];
        sections[bench] = Section(figures);
        var text = new StringBuilder(Head);
        foreach (var (name, body) in sections.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n{body.Trim()}\n");
        }

        File.WriteAllText(file, text.ToString());
    }

    private static Dictionary<string, string> Read(string text) =>
        text.Split("\n## ").Skip(1).Select(part => part.Split('\n', 2)).ToDictionary(part => part[0].Trim(), part => part[1]);

    private static string Section(IReadOnlyList<Figure> figures)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}\n\n"
        );
        text.Append("| figure | value | target | |\n|---|---|---|---|\n");
        foreach (var figure in figures)
        {
            var target = figure.Target is { } t ? $"{(figure.AtLeast ? "≥" : "≤")} {Number(t)} {figure.Unit}".TrimEnd() : "";
            text.Append(CultureInfo.InvariantCulture, $"| {figure.Name} | {Value(figure)} | {target} | {Verdict(figure)} |\n");
        }

        return text.ToString();
    }

    private static string Value(Figure figure) =>
        double.IsNaN(figure.Value) ? "not measured" : $"{Number(figure.Value)} {figure.Unit}".TrimEnd();

    private static string Verdict(Figure figure)
    {
        var verdict = figure.Met switch
        {
            true => "met",
            false => "**missed**",
            null => "",
        };
        return figure.Note is null ? verdict : $"{verdict} ({figure.Note})".Trim();
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) >= 100 || value == Math.Floor(value) ? "#,0" : "0.##", CultureInfo.InvariantCulture);
}
