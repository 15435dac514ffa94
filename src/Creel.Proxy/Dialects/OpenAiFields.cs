using System.Text.Json;

namespace Creel.Proxy.Dialects;

/// <summary>What chat completions and responses have in common.</summary>
internal static class OpenAiFields
{
    /// <summary>The most that any of OpenAI's models counts an image as (gpt-4o-mini, 2048 × 768, in detail: 48,169).</summary>
    public const long ImageTokens = 50_000;

    /// <summary>What a project may have set as its usual tier is dearer than the list says, so the usual one is asked for.</summary>
    private const string Tier = "\"default\"";

    /// <summary>An image or a document that is in the request itself.</summary>
    /// <param name="url">The value that holds it.</param>
    public static bool IsInline(JsonElement url) =>
        url.ValueKind == JsonValueKind.String && url.GetString()!.StartsWith("data:", StringComparison.Ordinal);

    public static void ReadImage(RequestReader reader, JsonElement url, string name)
    {
        if (!IsInline(url))
        {
            reader.Unbounded($"{name}:url");
            return;
        }

        reader.Binary(url);
        reader.Request.Images++;
    }

    /// <summary>A file as base64: its pages are text and images, so that only the window bounds it.</summary>
    public static void ReadFile(RequestReader reader, JsonElement holder, string name)
    {
        if (holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty("file_data", out var data) && IsInline(data))
        {
            reader.Binary(data);
            reader.Request.Unmeasured = true;
            return;
        }

        reader.Unbounded($"{name}:reference");
    }

    /// <summary>Functions and custom tools run at the client; everything else at the provider.</summary>
    public static void ReadTools(RequestReader reader, JsonElement value, string name)
    {
        foreach (var tool in RequestReader.Objects(value, name))
        {
            if (RequestReader.Text(tool, "type") is not ("function" or "custom") and var type)
            {
                reader.Unbounded($"tool:{type}");
            }
        }
    }

    public static bool IsUsualTier(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals("default");

    /// <summary>It is OpenAI itself, not one of the many who speak its dialect.</summary>
    public static bool IsOwn(CallTerms terms) => terms.Upstream == "openai";

    /// <summary>OpenAI's own tier is asked for where the client names none; others don't know the field.</summary>
    /// <param name="existing">The field, where it is there with nothing in it.</param>
    public static void PinTier(RequestReader reader, CallTerms terms, JsonElement existing)
    {
        if (IsOwn(terms))
        {
            reader.Request.Set("service_tier", existing, Tier);
        }
    }

    /// <summary>The limit on the answer: the client's, the policy's (which is put in), or the model's own.</summary>
    /// <param name="existing">The field, where it is there with nothing in it.</param>
    public static long Limit(
        RequestReader reader,
        long? asked,
        Prices.ModelPrice? price,
        CallTerms terms,
        string field,
        JsonElement existing
    )
    {
        if (asked is { } limit)
        {
            // To some, none is as many as they like.
            return limit > 0 ? limit : throw RequestProblem.Malformed($"'{field}' is not above 0");
        }

        if (terms.DefaultMaxTokens is { } usual)
        {
            reader.Request.Set(field, existing, usual.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return usual;
        }

        return price is null
            ? 0
            : price.MaxOutput
                ?? throw new RequestProblem(
                    CallRefusal.Policy(
                        "unlimited",
                        $"nothing limits the length of the answer, so nothing bounds what it may cost. Set '{field}'"
                    )
                );
    }
}
