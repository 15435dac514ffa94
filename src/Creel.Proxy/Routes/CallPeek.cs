using System.Text.Json;

namespace Creel.Proxy.Routes;

/// <summary>The little that is asked of a request's body before it is read in earnest: which model, and how much is in it.</summary>
/// <param name="TooComplex">It has more than <see cref="MostTokens"/>; nothing else of it was looked at then.</param>
internal sealed record CallPeek(string? Model, bool TooComplex = false)
{
    /// <summary>
    /// Brackets, names and values of its JSON. A reader that keeps them needs memory for each, many times the bytes of the
    /// shortest. A prompt of 34 MiB has a few thousand.
    /// </summary>
    public const int MostTokens = 500_000;

    /// <returns>Null: it is no JSON object, or says its model twice.</returns>
    public static CallPeek? Read(ReadOnlySpan<byte> body)
    {
        string? model = null;
        var modelSaid = false;
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            // Reads on to the end, so that nothing follows the object.
            for (var tokens = 1; json.Read(); tokens++)
            {
                if (tokens >= MostTokens)
                {
                    return new CallPeek(null, TooComplex: true);
                }

                if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("model"u8))
                {
                    continue;
                }

                json.Read();
                tokens++;
                if (modelSaid || json.TokenType != JsonTokenType.String)
                {
                    return null;
                }

                modelSaid = true;
                model = json.GetString();
            }

            return new CallPeek(model);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
