namespace Creel.Commands.Streams;

/// <summary>What a stream is opened to, as a query string.</summary>
internal static class StreamQuery
{
    public static string Of(string kind, params IEnumerable<(string Name, string Value)> more) =>
        string.Join('&', more.Prepend(("kind", kind)).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2)}"));

    public static IEnumerable<(string, string)> Command(IEnumerable<string> command) => command.Select(word => ("command", word));
}
