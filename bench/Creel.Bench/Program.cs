using Creel.Bench;

// Not a bench: the process that the crash test of the store kills.
if (args is ["store-child", var file, var producers])
{
    return await StoreChild.RunAsync(file, int.Parse(producers, System.Globalization.CultureInfo.InvariantCulture));
}

Dictionary<string, Func<Task<IReadOnlyList<Figure>>>> benches = new()
{
    ["store"] = () => StoreBench.RunAsync(args is [_, var folder] ? folder : null),
};

var wanted = args is [] or ["all"] ? [.. benches.Keys] : args.Take(1).ToArray();
if (wanted.FirstOrDefault(name => !benches.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"bench: no '{unknown}'; there are: {string.Join(", ", benches.Keys)}");
    return 64;
}

foreach (var name in wanted)
{
    Report.Print(name, await benches[name]());
}

return 0;
