using System.Text.Json;

namespace Creel.Adapters.OpenClaw;

/// <summary>What a frame says of itself. What else is in it is not looked at, and nothing is made of it.</summary>
/// <param name="Type">Null, as the others: it does not say, or in more signs than any that we know.</param>
internal readonly record struct FrameHead(string? Type, string? Id, string? Event)
{
    private const int LongestWord = 128;

    public bool IsEvent => Type == "event";

    /// <param name="whole">Else more of it is to come, and what is not found may stand there.</param>
    /// <exception cref="JsonException">It is no JSON, or says one of these twice.</exception>
    public static FrameHead Read(ReadOnlySpan<byte> frame, bool whole)
    {
        var reader = new Utf8JsonReader(frame, whole, default);
        var (head, seen) = (default(FrameHead), Words.None);
        if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var word = Which(reader);
                if ((seen & word) != 0)
                {
                    throw new JsonException("twice");
                }

                seen |= word;
                if (!reader.Read())
                {
                    break;
                }

                head = word switch
                {
                    Words.Type => head with { Type = Word(reader) },
                    Words.Id => head with { Id = Word(reader) },
                    Words.Event => head with { Event = Word(reader) },
                    _ => head,
                };
                if (!reader.TrySkip())
                {
                    break;
                }
            }
        }

        while (reader.Read())
        {
            // To its end: also what nobody needs is JSON.
        }

        return head;
    }

    /// <summary>Who writes these with escapes is no gateway.</summary>
    private static Words Which(in Utf8JsonReader name) =>
        name.ValueIsEscaped ? Words.None
        : name.ValueSpan.SequenceEqual("type"u8) ? Words.Type
        : name.ValueSpan.SequenceEqual("id"u8) ? Words.Id
        : name.ValueSpan.SequenceEqual("event"u8) ? Words.Event
        : Words.None;

    private static string? Word(in Utf8JsonReader value) =>
        value is { TokenType: JsonTokenType.String, ValueIsEscaped: false, ValueSpan.Length: <= LongestWord }
            ? value.GetString()
            : null;

    [Flags]
    private enum Words
    {
        None = 0,
        Type = 1,
        Id = 2,
        Event = 4,
    }
}
