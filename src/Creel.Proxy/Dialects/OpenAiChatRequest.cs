using System.Text.Json;

namespace Creel.Proxy.Dialects;

/// <summary>A request for a chat completion, field by field. What is not known here has no bound.</summary>
internal sealed class OpenAiChatRequest
{
    private readonly RequestReader reader;
    private long? limit;
    private long answers = 1;
    private int messages;
    private JsonElement options;
    private JsonElement tokensField;
    private JsonElement completionField;
    private JsonElement tierField;

    private OpenAiChatRequest(RequestReader reader) => this.reader = reader;

    public static CallReading Read(RequestBody body, CallTerms terms)
    {
        var request = new OpenAiChatRequest(new RequestReader(body, terms));
        foreach (var field in body.Root.EnumerateObject())
        {
            request.ReadField(field.Name, field.Value);
        }

        return request.Sum(terms);
    }

    private CallReading Sum(CallTerms terms)
    {
        var price = reader.Price();
        var each = OpenAiFields.IsOwn(terms)
            ? OpenAiFields.Limit(reader, limit, price, terms, "max_completion_tokens", completionField)
            : OpenAiFields.Limit(reader, limit, price, terms, "max_tokens", tokensField);
        if (limit is { } asked && !OpenAiFields.IsOwn(terms) && tokensField.ValueKind != JsonValueKind.Number)
        {
            // Many of those who speak OpenAI's dialect know the older name alone, and don't say so.
            reader.Request.Set("max_tokens", tokensField, asked.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        if (tierField.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            OpenAiFields.PinTier(reader, terms, tierField);
        }

        var hides = reader.Streams && AskForUsage();
        var input = reader.InputTokens(price, messages, OpenAiFields.ImageTokens);
        return reader.Ask(CallKind.Chat, price, input, each * answers, CacheMarks.AreIn(reader.Request.Root), hides);
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
            case "max_tokens" or "max_completion_tokens":
                // Where both are there, either may be the one that is heeded.
                limit = RequestReader.Count(value, name) is { } count ? Math.Max(count, limit ?? 0) : limit;
                (tokensField, completionField) = name == "max_tokens" ? (value, completionField) : (tokensField, value);
                break;
            case "n":
                answers =
                    RequestReader.Count(value, name) is not { } n ? 1
                    : n is >= 1 and <= 128 ? n
                    : throw RequestProblem.Malformed("'n' is not between 1 and 128");
                break;
            case "messages" when value.ValueKind != JsonValueKind.Null:
                foreach (var message in RequestReader.Objects(value, name))
                {
                    messages++;
                    ReadMessage(message);
                }

                break;
            case "tools" when value.ValueKind != JsonValueKind.Null:
                OpenAiFields.ReadTools(reader, value, name);
                break;
            case "stream_options" when value.ValueKind is JsonValueKind.Object or JsonValueKind.Null:
                options = value;
                break;
            case "service_tier" when value.ValueKind == JsonValueKind.Null || OpenAiFields.IsUsualTier(value):
                tierField = value;
                break;
            case var _ when value.ValueKind == JsonValueKind.Null:
                // As if it were not there.
                break;
            case "modalities"
                when value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(m => m.ValueEquals("text")):
                break;
            // To be kept costs nothing; what could make use of it is refused.
            case "store":
            case "temperature" or "top_p" or "stop" or "presence_penalty" or "frequency_penalty" or "logit_bias":
            case "logprobs" or "top_logprobs" or "user" or "safety_identifier" or "prompt_cache_key" or "prompt_cache_retention":
            case "seed" or "tool_choice" or "parallel_tool_calls" or "functions" or "function_call" or "response_format":
            case "reasoning_effort" or "verbosity" or "metadata":
                break;
            default:
                reader.Unbounded(name);
                break;
        }
    }

    private void ReadMessage(JsonElement message)
    {
        if (message.TryGetProperty("audio", out var audio) && audio.ValueKind != JsonValueKind.Null)
        {
            reader.Unbounded("content:audio");
        }

        if (
            !message.TryGetProperty("content", out var content) || content.ValueKind is JsonValueKind.String or JsonValueKind.Null
        )
        {
            return;
        }

        foreach (var part in RequestReader.Objects(content, "content"))
        {
            switch (RequestReader.Text(part, "type"))
            {
                case "text" or "refusal":
                    break;
                case "image_url":
                    var image = part.TryGetProperty("image_url", out var holder) ? holder : default;
                    var isHolder = image.ValueKind == JsonValueKind.Object && image.TryGetProperty("url", out image);
                    OpenAiFields.ReadImage(
                        reader,
                        isHolder || image.ValueKind == JsonValueKind.String ? image : default,
                        "image"
                    );
                    break;
                case "file":
                    OpenAiFields.ReadFile(reader, part.TryGetProperty("file", out var file) ? file : default, "file");
                    break;
                case var type:
                    reader.Unbounded($"content:{type}");
                    break;
            }
        }
    }

    /// <summary>A stream says what it cost only if it is asked. True where the client had not asked.</summary>
    private bool AskForUsage()
    {
        const string Wanted = "\"include_usage\":true";
        if (options.ValueKind == JsonValueKind.Undefined)
        {
            reader.Request.Insert($"\"stream_options\":{{{Wanted}}}");
        }
        else if (options.ValueKind == JsonValueKind.Null)
        {
            reader.Request.Replace(options, $"{{{Wanted}}}");
        }
        else if (options.TryGetProperty("include_usage", out var asked))
        {
            if (asked.ValueKind == JsonValueKind.True)
            {
                return false;
            }

            reader.Request.Replace(asked, "true");
        }
        else
        {
            var rest = options.GetRawText()[1..];
            reader.Request.Replace(options, $"{{{Wanted}{(options.EnumerateObject().Any() ? "," : "")}{rest}");
        }

        if (options.ValueKind != JsonValueKind.Undefined)
        {
            reader.Request.Note($"\"stream_options\":{{{Wanted}}}");
        }

        return true;
    }
}
