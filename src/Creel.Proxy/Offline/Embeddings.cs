using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Proxy.Offline;

/// <summary>
/// Vectors of length one, made of a hash: the same text has the same, and that is all that they mean.
/// </summary>
internal static class Embeddings
{
    private const int Usual = 1536;
    private const int Most = 3072;

    public static byte[] Of(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var size = (int)Math.Clamp(root.Number("dimensions") ?? Usual, 1, Most);
        var packed = root.Word("encoding_format") == "base64";
        var data = new JsonArray();
        foreach (var text in Texts(root.Below("input")))
        {
            data.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["object"] = "embedding",
                        ["index"] = data.Count,
                        ["embedding"] = Written(Vector(text, size), packed),
                    }
            );
        }

        var tokens = Tokens.Of(body);
        return Pieces.Json(
            new JsonObject
            {
                ["object"] = "list",
                ["data"] = data,
                ["model"] = root.Word("model"),
                ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
            }
        );
    }

    /// <summary>One text, several, or the same as numbers of tokens.</summary>
    private static IEnumerable<string> Texts(JsonElement input) =>
        input.Items() is [{ ValueKind: not JsonValueKind.Number }, ..] items
            ? items.Select(item => item.ToString())
            : [input.ToString()];

    private static JsonNode Written(float[] vector, bool packed)
    {
        if (!packed)
        {
            return new JsonArray([.. vector.Select(number => (JsonNode)number)]);
        }

        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return Convert.ToBase64String(bytes);
    }

    private static float[] Vector(string text, int size)
    {
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var noise = HKDF.Expand(HashAlgorithmName.SHA256, seed, Most * 2);
        var vector = new float[size];
        for (var i = 0; i < size; i++)
        {
            vector[i] = BinaryPrimitives.ReadInt16LittleEndian(noise.AsSpan(i * 2)) + 0.5f;
        }

        var length = MathF.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }
}
