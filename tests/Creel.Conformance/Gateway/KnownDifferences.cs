using System.Text.RegularExpressions;

namespace Creel.Conformance.Gateway;

/// <summary>Where our answers are not as those of the real gateway, on purpose.</summary>
/// <param name="Method">A regular expression.</param>
/// <param name="Path">A regular expression.</param>
internal sealed record KnownDifference(string Method, string Path, string Reason)
{
    public bool Covers(FrameDifference found) =>
        Regex.IsMatch(found.Method, $"^(?:{Method})$") && Regex.IsMatch(found.Path, $"^(?:{Path})$");
}

internal static class KnownDifferences
{
    private const string Beat = "no agent of ours has a heartbeat unless it is written out: it costs money";
    private const string Text = @"payload\.(parsed|sourceConfig|resolved|runtimeConfig|config)(\..*)?";
    private const string Whole = "ok|payload|error";

    private static readonly KnownDifference[] Old =
    [
        new("connect", @"payload\.snapshot\.presence\[\]\..*", "the gateway tells a program less of the machine it runs on"),
        new("connect|health", @".*heartbeat\.(enabled|everyMs)", Beat),
        new("status", @".*heartbeat\..*", Beat),
        new("connect", @"payload\.canvasHostUrl", "there is no canvas"),
        new("agents.create", Whole, "a second agent of one name is refused at once, not only when the first is seen"),
        new("agents.(update|delete|files.*)", Whole, "an agent that was created is there: nobody has to wait for it"),
    ];

    private static readonly KnownDifference[] New =
    [
        new("connect", @"payload\.snapshot\.presence\[\]\..*", "the gateway tells a program less of the machine it runs on"),
        new("connect|health", @".*heartbeat\.(enabled|everyMs)", Beat),
        new("config.get|config.patch", Text, "what the configuration says is another's"),
    ];

    public static IReadOnlyList<KnownDifference> Of(string version) => version == "2026.2.26" ? Old : New;
}
