using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary><c>proxy: { bodyLimit, readTimeout }</c>: how large a call may be, and how long an upstream may be silent.</summary>
internal static class ProxyReader
{
    private const long LeastBody = 1024;
    private const long MostBody = 1L << 30;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(1);

    /// <returns>Bytes and seconds; null where nothing is said.</returns>
    public static (long? BodyLimit, int? ReadTimeout) Read(Json5Object? node, Findings findings)
    {
        if (node is null)
        {
            return (null, null);
        }

        KnownKeys.Check(node, "proxy", ["bodyLimit", "readTimeout"], [], "it belongs to an agent or a group", findings);
        return (Size(node.Value("bodyLimit"), findings), Seconds(node.Value("readTimeout"), findings));
    }

    private static long? Size(Json5Node? node, Findings findings)
    {
        double? bytes = node switch
        {
            Json5Number number => number.Value,
            Json5String text => Quantity.Size(text.Value),
            _ => null,
        };
        if (node is not null && bytes is not (>= LeastBody and <= MostBody))
        {
            findings.Error(node.At, $"must be a size from 1k to 1g: {Quantity.SizeRule}");
            return null;
        }

        return (long?)bytes;
    }

    private static int? Seconds(Json5Node? node, Findings findings)
    {
        var time = node switch
        {
            Json5Number { Value: >= 0 and < 1e14 } number => TimeSpan.FromMilliseconds(number.Value),
            Json5String text => Quantity.Time(text.Value),
            _ => null,
        };
        if (node is not null && !(time >= TimeSpan.FromSeconds(1) && time <= LongestSilence))
        {
            findings.Error(node.At, $"must be a duration from 1s to 1d: {Quantity.TimeRule}");
            return null;
        }

        return (int?)time?.TotalSeconds;
    }
}
