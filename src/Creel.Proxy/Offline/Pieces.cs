using System.Text;
using System.Text.Json.Nodes;

namespace Creel.Proxy.Offline;

/// <summary>Bytes of an answer that go out at once.</summary>
/// <param name="Tokens">So many of the answer are in them: what is waited for, and what may be cut off before.</param>
internal readonly record struct Piece(byte[] Bytes, long Tokens);

/// <summary>Makes them.</summary>
internal static class Pieces
{
    public static IEnumerable<Piece> Whole(byte[] body, Answer answer) => [new Piece(body, answer.Tokens)];

    public static byte[] Json(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    /// <param name="json">Its <c>type</c> is the event's name, where it has one.</param>
    public static Piece Event(JsonObject json, long tokens = 0)
    {
        var name = json["type"] is { } type ? $"event: {type.GetValue<string>()}\n" : "";
        return new Piece(Encoding.UTF8.GetBytes($"{name}data: {json.ToJsonString()}\n\n"), tokens);
    }
}
