using System.Globalization;
using Creel.Bench;
using Creel.Core;
using Creel.EndToEnd.Harness;

// Not a bench: the process that the crash test of the store kills.
if (args is ["store-child", var file, var producers])
{
    return await StoreChild.RunAsync(file, int.Parse(producers, CultureInfo.InvariantCulture));
}

// Not a bench either: what holds is no figure.
if (args is ["containment"])
{
    return await Containment.RunAsync();
}

// Some take one word more: a folder on the disk that is to be measured, or how many kills or trials.
var word = args is [_, var second] ? second : null;
Dictionary<string, Func<Task<IReadOnlyList<Figure>>>> benches = new()
{
    ["store"] = () => StoreBench.RunAsync(word),
    ["line"] = LineBench.RunAsync,
    ["cell"] = CellBench.RunAsync,
    ["idle"] = IdleBench.RunAsync,
    ["container"] = ContainerBench.RunAsync,
    ["connected"] = ConnectedBench.RunAsync,
    ["plan"] = PlanBench.RunAsync,
    ["ledger"] = LedgerBench.RunAsync,
    ["routing"] = RoutingBench.RunAsync,
    ["render"] = RenderBench.RunAsync,
    ["provision"] = ProvisionBench.RunAsync,
    ["gateway"] = GatewayBench.RunAsync,
    ["channels"] = ChannelBench.RunAsync,
    ["proxy"] = ProxyBench.RunAsync,
    ["overspend"] = () => OverspendBench.RunAsync(word is null ? 1000 : int.Parse(word, CultureInfo.InvariantCulture)),
    ["kill"] = () => KillBench.RunAsync(word is null ? 1000 : int.Parse(word, CultureInfo.InvariantCulture)),
};

var wanted = args is [] or ["all"] ? [.. benches.Keys] : args.Take(1).ToArray();
if (wanted.FirstOrDefault(name => !benches.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"bench: no '{unknown}'; there are: {string.Join(", ", benches.Keys)}");
    return ExitCodes.Usage;
}

foreach (var name in wanted)
{
    var figures = await benches[name]();
    Report.Print(name, figures);
    Report.Write(Path.Combine(Published.Root, "docs", "benchmarks.md"), name, figures);
}

return 0;
