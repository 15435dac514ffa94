namespace Creel.Core.Outbound;

/// <summary>What changes of where calls may go, in clauses for people and in the words of the habitat file.</summary>
internal static class UpstreamChanges
{
    public static IEnumerable<string> Between(IReadOnlyList<UpstreamModel> before, IReadOnlyList<UpstreamModel> after)
    {
        var others = OutboundChanges.Lists(
            "upstreams",
            [.. before.Where(old => after.All(now => now.Name != old.Name)).Select(Text)],
            [.. after.Where(now => before.All(old => old.Name != now.Name)).Select(Text)]
        );
        if (others is not null)
        {
            yield return others;
        }

        foreach (var now in after)
        {
            if (before.FirstOrDefault(old => old.Name == now.Name) is { } old && Of(old, now) is { Length: > 0 } said)
            {
                yield return $"upstream {now.Name}: {said}";
            }
        }
    }

    private static string Of(UpstreamModel before, UpstreamModel after) =>
        string.Join(
            ", ",
            new[]
            {
                Word("baseUrl", before.BaseUrl, after.BaseUrl),
                OutboundChanges.Lists("hosts", before.Hosts, after.Hosts),
                Word("dialect", before.Dialect, after.Dialect),
                Word("auth", Auth(before.Auth), Auth(after.Auth)),
                OutboundChanges.Lists("calls", [.. before.Calls.Select(Text)], [.. after.Calls.Select(Text)]),
                Word("local", before.Local, after.Local),
                Word("http2", before.Http2, after.Http2),
                Word("onAbort", before.OnAbort, after.OnAbort),
            }.OfType<string>()
        );

    private static string? Word(string what, string before, string after) =>
        before == after ? null : $"{what} {before} → {after}";

    private static string? Word<T>(string what, T before, T after)
        where T : struct => Word(what, Lower(before), Lower(after));

    private static string Lower<T>(T value) => $"{value}".ToLowerInvariant();

    private static string Auth(AuthStyle style) => style == AuthStyle.ApiKey ? "x-api-key" : Lower(style);

    private static string Text(AllowedCall call) => $"{call.Method} {call.Path}";

    private static string Text(UpstreamModel upstream) => $"{upstream.Name} ({upstream.BaseUrl})";
}
