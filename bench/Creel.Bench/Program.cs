using Creel.Bench.Store;

// One verb a bench; each prints a table for people, then one line of JSON.
return args switch
{
    ["store", .. var rest] => await StoreBench.RunAsync(rest),
    ["store-child", var file, var producers] => await StoreChild.RunAsync(file, int.Parse(producers)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Creel.Bench store [folder]");
    return 64;
}
