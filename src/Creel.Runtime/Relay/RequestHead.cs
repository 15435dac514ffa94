using System.Buffers;
using System.Globalization;
using System.Text;

namespace Creel.Runtime.Relay;

/// <summary>
/// The head of an HTTP/1 request, read strictly: two readers must never disagree on where it, or its body, ends.
/// </summary>
internal sealed record RequestHead
{
    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    public required string Method { get; init; }
    public required string Target { get; init; }

    /// <summary><c>HTTP/1.1</c> or <c>HTTP/1.0</c>.</summary>
    public required string Version { get; init; }
    public required IReadOnlyList<(string Name, string Value)> Headers { get; init; }

    /// <summary>Bytes of body; 0 where there is none or it is chunked.</summary>
    public long Length { get; private init; }

    public bool Chunked { get; private init; }

    /// <summary>After it the connection is no longer HTTP, or may be not.</summary>
    public bool Opaque => Method == "CONNECT" || All("upgrade").Any();

    /// <summary>It is for the hub: the agent's own API.</summary>
    public bool IsForHub =>
        Target == "/creel"
        || Target.StartsWith("/creel/", StringComparison.Ordinal)
        || Target.StartsWith("/creel?", StringComparison.Ordinal);

    public bool ExpectsContinue => All("expect").Any(v => v.Equals("100-continue", StringComparison.OrdinalIgnoreCase));

    public IEnumerable<string> All(string name) =>
        Headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <param name="bytes">Up to and with the empty line.</param>
    /// <returns>Null where anything about it is doubtful.</returns>
    public static RequestHead? Read(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        var words = lines[0].Split(' ');
        if (
            lines.Any(l => l.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            || words.Length != 3
            || words[0].Length == 0
            || words[0].AsSpan().ContainsAnyExcept(Token)
            || words[1].Length == 0
            || words[1].Any(c => c is < '!' or > '~')
            || words[2] is not ("HTTP/1.1" or "HTTP/1.0")
        )
        {
            return null;
        }

        var headers = new List<(string, string)>();
        foreach (var line in lines.AsSpan(1, lines.Length - 3))
        {
            // A folded line begins with a space, which is no name either.
            var colon = line.IndexOf(':');
            if (colon < 1 || line.AsSpan(0, colon).ContainsAnyExcept(Token))
            {
                return null;
            }

            headers.Add((line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return new RequestHead
        {
            Method = words[0],
            Target = words[1],
            Version = words[2],
            Headers = headers,
        }.WithBody();
    }

    private RequestHead? WithBody()
    {
        var lengths = All("content-length").ToList();
        var codings = All("transfer-encoding").ToList();
        if (codings.Count > 0)
        {
            var only = codings.Count == 1 && codings[0].Equals("chunked", StringComparison.OrdinalIgnoreCase);
            return only && lengths.Count == 0 && Version == "HTTP/1.1" ? this with { Chunked = true } : null;
        }

        return lengths.Count switch
        {
            0 => this,
            1 when long.TryParse(lengths[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length) => this with
            {
                Length = length,
            },
            _ => null,
        };
    }
}
