using System.Text.Json;

namespace Creel.Proxy.Routes;

/// <summary>The little that limits need of a request's body: which model, and how many tokens at most.</summary>
/// <param name="Tokens">A quarter of its bytes, and what it asks for.</param>
internal sealed record CallPeek(string? Model, long Tokens)
{
    /// <returns>Null: it is no JSON object, or says something twice that counts.</returns>
    public static CallPeek? Read(ReadOnlySpan<byte> body)
    {
        string? model = null;
        long most = 0;
        var modelSaid = false;
        var mostSaid = false;
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isModel = json.ValueTextEquals("model"u8);
                var isMost =
                    json.ValueTextEquals("max_tokens"u8)
                    || json.ValueTextEquals("max_completion_tokens"u8)
                    || json.ValueTextEquals("max_output_tokens"u8);
                json.Read();
                if (isModel)
                {
                    if (modelSaid || json.TokenType != JsonTokenType.String)
                    {
                        return null;
                    }

                    modelSaid = true;
                    model = json.GetString();
                }
                else if (isMost && json.TokenType == JsonTokenType.Number)
                {
                    if (mostSaid || !json.TryGetInt64(out most) || most < 0)
                    {
                        return null;
                    }

                    mostSaid = true;
                }

                json.Skip();
            }

            // Reads on to the end, so that nothing follows the object.
            while (json.Read()) { }
            return new CallPeek(model, body.Length / 4 + Math.Min(most, int.MaxValue));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
