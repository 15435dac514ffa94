using System.Globalization;
using System.Text.Json;

namespace Creel.Proxy.Dialects;

/// <summary>A request for a message, field by field. What is not known here has no bound.</summary>
internal sealed class AnthropicRequest
{
    /// <summary>Anthropic scales an image down until it counts as fewer tokens than this; a model's price may say less.</summary>
    private const long ImageTokens = 5_000;

    private readonly RequestReader reader;
    private JsonElement limitField;
    private long? maxTokens;
    private long thinking;
    private int messages;

    private AnthropicRequest(RequestReader reader) => this.reader = reader;

    public static CallReading Read(RequestBody body, CallTerms terms)
    {
        var request = new AnthropicRequest(new RequestReader(body, terms));
        foreach (var field in body.Root.EnumerateObject())
        {
            request.ReadField(field.Name, field.Value);
        }

        return request.Sum(terms);
    }

    private CallReading Sum(CallTerms terms)
    {
        var price = reader.Price();
        if (maxTokens is null)
        {
            if (terms.DefaultMaxTokens is not { } limit)
            {
                return RequestBody.Malformed("'max_tokens' is missing");
            }

            maxTokens = limit;
            reader.Request.Set("max_tokens", limitField, limit.ToString(CultureInfo.InvariantCulture));
        }

        // Thinking is part of the answer, except where it runs between tools: then its budget may be the greater one.
        var output = Math.Max(maxTokens.Value, thinking);
        var input = reader.InputTokens(price, messages, ImageTokens);
        return reader.Ask(CallKind.Messages, price, input, output, CacheMarks.AreIn(reader.Request.Root));
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
            case "max_tokens":
                limitField = value;
                maxTokens = RequestReader.Count(value, name);
                break;
            case "messages":
                foreach (var message in RequestReader.Objects(value, name))
                {
                    messages++;
                    if (message.TryGetProperty("content", out var content))
                    {
                        ReadContent(content);
                    }
                }

                break;
            case "system":
                ReadContent(value);
                break;
            case var _ when value.ValueKind == JsonValueKind.Null:
                // As if it were not there.
                break;
            case "tools":
                foreach (var tool in RequestReader.Objects(value, name))
                {
                    ReadTool(tool);
                }

                break;
            case "thinking":
                if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("budget_tokens", out var budget))
                {
                    thinking = RequestReader.Count(budget, "thinking.budget_tokens") ?? 0;
                }

                break;
            case "service_tier" when value.ValueKind == JsonValueKind.String && value.GetString() is "standard_only" or "auto":
                break;
            case "context_management" when IsClearing(value):
                break;
            // None of these adds a token that is not counted.
            case "cache_control" or "metadata" or "stop_sequences" or "temperature" or "top_k" or "top_p":
            case "tool_choice" or "output_config" or "output_format":
                break;
            default:
                reader.Unbounded(name);
                break;
        }
    }

    private void ReadContent(JsonElement content)
    {
        if (content.ValueKind is JsonValueKind.String or JsonValueKind.Null)
        {
            return;
        }

        foreach (var block in RequestReader.Objects(content, "content"))
        {
            var type = RequestReader.Text(block, "type");
            switch (type)
            {
                case "text" or "tool_use" or "thinking" or "redacted_thinking" or "search_result":
                    break;
                case "tool_result":
                    if (block.TryGetProperty("content", out var inner))
                    {
                        ReadContent(inner);
                    }

                    break;
                case "image" or "document":
                    ReadSource(type, block);
                    break;
                default:
                    reader.Unbounded($"content:{type}");
                    break;
            }
        }
    }

    private void ReadSource(string type, JsonElement block)
    {
        var source = block.TryGetProperty("source", out var found) ? found : default;
        switch (type, RequestReader.Text(source, "type"))
        {
            case ("image", "base64") when source.TryGetProperty("data", out var data):
                reader.Binary(data);
                reader.Request.Images++;
                break;
            case ("document", "base64") when source.TryGetProperty("data", out var data):
                // A page may be full of text, and the file is compressed.
                reader.Binary(data);
                reader.Request.Unmeasured = true;
                break;
            case ("document", "text"):
                break;
            case ("document", "content") when source.TryGetProperty("content", out var content):
                ReadContent(content);
                break;
            case var (_, from):
                reader.Unbounded($"{type}:{from}");
                break;
        }
    }

    /// <summary>Tools that the client runs cost tokens alone. All others run at the provider, as often as the model likes.</summary>
    private void ReadTool(JsonElement tool)
    {
        var type = RequestReader.Text(tool, "type");
        string[] own = ["bash_2", "text_editor_2", "computer_2", "memory_2"];
        if (type is not (null or "custom") && !own.Any(name => type.StartsWith(name, StringComparison.Ordinal)))
        {
            reader.Unbounded($"tool:{type}");
        }
    }

    /// <summary>Clearing takes away from the prompt. Compaction would be one more call of the model.</summary>
    private static bool IsClearing(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null
        || (
            value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().All(p => p.Name == "edits" && p.Value.ValueKind == JsonValueKind.Array)
            && value
                .EnumerateObject()
                .SelectMany(p => p.Value.EnumerateArray())
                .All(edit => RequestReader.Text(edit, "type")?.StartsWith("clear_", StringComparison.Ordinal) == true)
        );
}
