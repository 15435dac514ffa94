using Creel.Bench;
using Creel.EndToEnd.Harness;

Dictionary<string, Func<Task<IReadOnlyList<Figure>>>> benches = new()
{
    ["line"] = LineBench.RunAsync,
    ["cell"] = CellBench.RunAsync,
    ["connected"] = ConnectedBench.RunAsync,
    ["kill"] = () => KillBench.RunAsync(args is [_, var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 1000),
};

var wanted = args is [] or ["all"] ? [.. benches.Keys] : args.Take(1).ToArray();
if (wanted.FirstOrDefault(name => !benches.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"bench: no '{unknown}'; there are: {string.Join(", ", benches.Keys)}");
    return 64;
}

foreach (var name in wanted)
{
    var figures = await benches[name]();
    Report.Print(name, figures);
    Report.Write(Path.Combine(Published.Root, "docs", "benchmarks.md"), name, figures);
}

return 0;
