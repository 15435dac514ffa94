using System.Text.Json;

namespace Creel.Proxy.Dialects;

/// <summary>A request for a response, field by field. What is not known here has no bound.</summary>
internal sealed class OpenAiResponsesRequest
{
    private readonly RequestReader reader;
    private long? limit;
    private JsonElement limitField;
    private JsonElement tierField;
    private int items;

    private OpenAiResponsesRequest(RequestReader reader) => this.reader = reader;

    public static CallReading Read(RequestBody body, CallTerms terms)
    {
        var request = new OpenAiResponsesRequest(new RequestReader(body, terms));
        foreach (var field in body.Root.EnumerateObject())
        {
            request.ReadField(field.Name, field.Value);
        }

        return request.Sum(terms);
    }

    private CallReading Sum(CallTerms terms)
    {
        var price = reader.Price();
        var output = OpenAiFields.Limit(reader, limit, price, terms, "max_output_tokens", limitField);
        if (tierField.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            OpenAiFields.PinTier(reader, terms, tierField);
        }

        var input = reader.InputTokens(price, items, OpenAiFields.ImageTokens);
        return reader.Ask(CallKind.Responses, price, input, output, CacheMarks.AreIn(reader.Request.Root));
    }

    private void ReadField(string name, JsonElement value)
    {
        switch (name)
        {
            case "model":
                reader.ReadModel(value);
                break;
            case "stream":
                reader.ReadStream(value);
                break;
            case "max_output_tokens":
                (limit, limitField) = (RequestReader.Count(value, name), value);
                break;
            case "input" when value.ValueKind == JsonValueKind.String:
                break;
            case "input" when value.ValueKind != JsonValueKind.Null:
                foreach (var item in RequestReader.Objects(value, name))
                {
                    items++;
                    ReadItem(item);
                }

                break;
            case "tools" when value.ValueKind != JsonValueKind.Null:
                OpenAiFields.ReadTools(reader, value, name);
                break;
            case "service_tier" when value.ValueKind == JsonValueKind.Null || OpenAiFields.IsUsualTier(value):
                tierField = value;
                break;
            case "background" when value.ValueKind == JsonValueKind.False:
            case var _ when value.ValueKind == JsonValueKind.Null:
                // As if it were not there.
                break;
            // To be kept costs nothing; what makes use of it is refused: no item may stand for more than its own bytes.
            case "store":
            case "instructions" or "stream_options" or "temperature" or "top_p" or "tool_choice" or "parallel_tool_calls":
            case "reasoning" or "text" or "truncation" or "include" or "metadata" or "user" or "safety_identifier":
            case "prompt_cache_key" or "prompt_cache_retention" or "top_logprobs":
                break;
            default:
                reader.Unbounded(name);
                break;
        }
    }

    private void ReadItem(JsonElement item)
    {
        switch (RequestReader.Text(item, "type"))
        {
            // An id alone is a reference to what is kept at the provider, and as long as that; its type may be left out.
            case null or "message" when item.TryGetProperty("content", out _):
                ReadContent(item, "content");
                break;
            case null:
                reader.Unbounded("input:item_reference");
                break;
            case "function_call_output" or "custom_tool_call_output" when item.TryGetProperty("output", out _):
                ReadContent(item, "output");
                break;
            case "function_call" when IsText(item, "arguments"):
            case "custom_tool_call" when IsText(item, "input"):
            // Without its own text it is looked up.
            case "reasoning" when IsText(item, "encrypted_content"):
                break;
            case var type:
                reader.Unbounded($"input:{type}");
                break;
        }
    }

    private static bool IsText(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;

    private void ReadContent(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var content) || content.ValueKind is JsonValueKind.String or JsonValueKind.Null)
        {
            return;
        }

        foreach (var part in RequestReader.Objects(content, name))
        {
            switch (RequestReader.Text(part, "type"))
            {
                case "input_text" or "output_text" or "text" or "refusal":
                    break;
                case "input_image":
                    OpenAiFields.ReadImage(reader, part.TryGetProperty("image_url", out var url) ? url : default, "image");
                    break;
                case "input_file":
                    OpenAiFields.ReadFile(reader, part, "file");
                    break;
                case var type:
                    reader.Unbounded($"content:{type}");
                    break;
            }
        }
    }
}
