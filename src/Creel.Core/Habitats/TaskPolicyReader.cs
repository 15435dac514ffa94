using Creel.Core.Habitats.Json5;
using Creel.Core.Work;

namespace Creel.Core.Habitats;

/// <summary><c>tasks: { allowSudo, maxConcurrent, maxOutput, timeout, types }</c>.</summary>
internal static class TaskPolicyReader
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(7);
    private const double MostOutput = 1024d * 1024 * 1024;

    public static TaskPolicy Read(Json5Object? node, TaskPolicy fallback, Findings findings)
    {
        if (node is null)
        {
            return fallback;
        }

        string[] keys = ["allowSudo", "maxConcurrent", "maxOutput", "timeout", "types"];
        KnownKeys.Check(node, "tasks", keys, [], "it belongs to an agent or a group", findings);
        var fields = new Fields(node, findings);
        return new TaskPolicy(
            fields.Flag("allowSudo") ?? fallback.AllowSudo,
            fields.Count("maxConcurrent", 1, 1_000) ?? fallback.MaxConcurrent,
            Output(node.Value("maxOutput"), findings) ?? fallback.MaxOutput,
            Timeout(node.Value("timeout"), findings) ?? fallback.Timeout,
            fields.Has("types") ? Types(fields, findings) : fallback.Types
        );
    }

    private static int? Output(Json5Node? node, Findings findings)
    {
        double? bytes = node switch
        {
            Json5Number number => number.Value,
            Json5String text => Quantity.Size(text.Value),
            _ => null,
        };
        if (node is null || bytes is >= 1 and <= MostOutput)
        {
            return node is null ? null : (int)bytes!.Value;
        }

        findings.Error(node.At, $"must be a size from 1 to 1g: {Quantity.SizeRule}");
        return null;
    }

    private static TimeSpan? Timeout(Json5Node? node, Findings findings)
    {
        var time = node switch
        {
            Json5Number { Value: >= 0 and < 1e14 } number => TimeSpan.FromMilliseconds(number.Value),
            Json5String text => Quantity.Time(text.Value),
            _ => null,
        };
        if (node is null || (time >= TimeSpan.FromMilliseconds(1) && time <= LongestTimeout))
        {
            return time;
        }

        findings.Error(node.At, $"must be a duration from 1ms to 7d: {Quantity.TimeRule}");
        return null;
    }

    private static IReadOnlyList<string> Types(Fields fields, Findings findings)
    {
        var types = fields.Texts("types");
        if (types.Count == 0 && fields.Any("types") is Json5Array { Items.Count: 0 })
        {
            findings.Error(fields.PlaceOf("types"), "an empty list would allow no task at all: leave it out to allow all");
        }

        foreach (var type in types.Where(t => string.IsNullOrWhiteSpace(t.Value)))
        {
            findings.Error(type.At, "is empty: write a task type, such as exec or file:read");
        }

        foreach (var type in types.Where(t => !string.IsNullOrWhiteSpace(t.Value) && !TaskTypes.All.Contains(t.Value)))
        {
            var hint = Spelling.Hint(type.Value, TaskTypes.All);
            findings.Warn(type.At, $"{Slug.Quote(type.Value)} is no type of task here: it allows nothing{hint}");
        }

        return [.. types.Select(t => t.Value).Distinct()];
    }
}
