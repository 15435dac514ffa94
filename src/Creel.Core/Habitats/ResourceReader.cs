using Creel.Core.Habitats.Json5;
using Creel.Core.Isolation;

namespace Creel.Core.Habitats;

/// <summary><c>resources: { memory, cpu, pids }</c>.</summary>
internal static class ResourceReader
{
    /// <summary>Less than this not even an empty container starts with.</summary>
    public const double LeastMemory = 6 * 1024 * 1024;

    /// <summary>What a cell gets when nobody says anything.</summary>
    public static ResourceLimits BuiltIn { get; } =
        new(new Limit(512d * 1024 * 1024, false), new Limit(1, false), new Limit(256, false));

    /// <summary>Field by field what is written here, else the fallback.</summary>
    public static ResourceLimits Read(Json5Object? node, ResourceLimits fallback, Findings findings)
    {
        if (node is null)
        {
            return fallback;
        }

        KnownKeys.Check(node, "resources", ["memory", "cpu", "pids"], [], "it belongs to an agent or a group", findings);
        var memory = Amount(node, "memory", Quantity.Size, Quantity.SizeRule, findings);
        if (memory is { Value: < LeastMemory })
        {
            findings.Error(node.Find("memory")!.Value.At, "is less than 6m, in which nothing runs");
        }

        var pids = new Fields(node, findings).Count("pids", 1, 4_194_304);
        return new ResourceLimits(
            memory ?? fallback.Memory,
            Amount(node, "cpu", Quantity.Cpu, Quantity.CpuRule, findings) ?? fallback.Cpu,
            pids is null ? fallback.Pids : new Limit(pids.Value, true)
        );
    }

    private static Limit? Amount(Json5Object node, string key, Func<string, double?> parse, string rule, Findings findings)
    {
        var value = node.Value(key);
        double? amount = value switch
        {
            Json5Number number => number.Value,
            Json5String text => parse(text.Value),
            _ => null,
        };
        if (value is null)
        {
            return null;
        }

        if (amount is > 0 and < 1e18)
        {
            return new Limit(key == "memory" ? Math.Floor(amount.Value) : amount.Value, true);
        }

        var got = value switch
        {
            Json5String text => Slug.Quote(text.Value),
            Json5Number number => number.Text,
            _ => value.Kind,
        };
        findings.Error(value.At, $"{got} is no amount: {rule}, more than 0");
        return null;
    }
}
