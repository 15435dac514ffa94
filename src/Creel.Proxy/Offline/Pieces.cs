using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Proxy.Offline;

/// <summary>Bytes of an answer that go out at once.</summary>
/// <param name="Tokens">So many of the answer are in them: what is waited for, and what may be cut off before.</param>
internal readonly record struct Piece(byte[] Bytes, long Tokens);

/// <summary>Makes them.</summary>
internal static class Pieces
{
    /// <summary>As providers write it: quotes and other scripts as they are.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<Piece> Whole(byte[] body, Answer answer) => [new Piece(body, answer.Tokens)];

    public static byte[] Json(JsonNode json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <param name="json">Its <c>type</c> is the event's name, where it has one.</param>
    public static Piece Event(JsonObject json, long tokens = 0)
    {
        var name = json["type"] is { } type ? $"event: {type.GetValue<string>()}\n" : "";
        return new Piece([.. Encoding.UTF8.GetBytes($"{name}data: "), .. Json(json), .. "\n\n"u8], tokens);
    }
}
