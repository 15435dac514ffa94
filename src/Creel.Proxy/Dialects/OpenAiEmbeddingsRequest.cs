using System.Text.Json;

namespace Creel.Proxy.Dialects;

/// <summary>A request for embeddings: texts or tokens in, nothing that is charged out.</summary>
internal static class OpenAiEmbeddingsRequest
{
    public static CallReading Read(RequestBody body, CallTerms terms)
    {
        var reader = new RequestReader(body, terms);
        var texts = 1;
        foreach (var field in body.Root.EnumerateObject())
        {
            switch (field.Name)
            {
                case "model":
                    reader.ReadModel(field.Value);
                    break;
                // Texts, tokens, or lists of tokens: anything else may stand for more than its bytes.
                case "input" when IsText(field.Value) || IsList(field.Value):
                    texts = field.Value.ValueKind == JsonValueKind.Array ? field.Value.GetArrayLength() : 1;
                    break;
                case "encoding_format" or "dimensions" or "user":
                    break;
                default:
                    reader.Unbounded(field.Name);
                    break;
            }
        }

        var price = reader.Price();
        return reader.Ask(CallKind.Embeddings, price, reader.InputTokens(price, texts, 0), 0, caches: false);
    }

    private static bool IsText(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number;

    private static bool IsList(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().All(v => IsText(v) || (v.ValueKind == JsonValueKind.Array && v.EnumerateArray().All(IsText)));
}
