using System.Text;
using System.Text.Json;
using Creel.Runtime.Brains.Native.Models;

namespace Creel.Runtime.Brains.Native.Transcripts;

/// <summary>From a transcript's entries to the conversation that a model is shown.</summary>
internal static class History
{
    public const string NoAnswer = "(no result: the turn ended before this tool did)";

    /// <summary>The line of entries that ends in the last one; others are branches that were left.</summary>
    public static IReadOnlyList<JsonElement> Line(IReadOnlyList<JsonElement> entries)
    {
        var known = new Dictionary<string, JsonElement>();
        foreach (var entry in entries)
        {
            if (entry.Word("id") is { } id)
            {
                known[id] = entry;
            }
        }

        if (known.Count == 0)
        {
            return entries;
        }

        var line = new List<JsonElement>();
        var at = entries.Last(e => e.Word("id") is not null).Word("id");
        while (at is not null && known.Remove(at, out var entry))
        {
            line.Add(entry);
            at = entry.Word("parentId");
        }

        line.Reverse();
        return line;
    }

    public static IReadOnlyList<Message> Of(IReadOnlyList<JsonElement> entries)
    {
        var messages = new List<Message>();
        var line = Line(entries);
        var start = 0;
        for (var i = line.Count - 1; i >= 0; i--)
        {
            if (line[i].Word("type") == "compaction")
            {
                messages.Add(new UserMessage($"What was said before, in short:\n\n{line[i].Word("summary")}"));
                var first = line[i].Word("firstKeptEntryId");
                start = Math.Max(0, line.ToList().FindIndex(e => e.Word("id") == first));
                start = first is null ? i + 1 : start;
                break;
            }
        }

        for (var i = start; i < line.Count; i++)
        {
            var entry = line[i];
            if (entry.Word("type") == "message" && Read(entry.Below("message")) is { } message)
            {
                messages.Add(message);
            }
            else if (entry.Word("type") == "custom_message" && Text(entry.Below("content")) is { Length: > 0 } said)
            {
                messages.Add(new UserMessage(said));
            }
        }

        return Paired(messages);
    }

    /// <summary>The last messages of the user, with all that follows each.</summary>
    /// <param name="turns">Null: all.</param>
    public static IReadOnlyList<Message> Last(IReadOnlyList<Message> messages, int? turns)
    {
        var left = turns ?? int.MaxValue;
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i] is UserMessage && --left == 0)
            {
                return [.. messages.Skip(i)];
            }
        }

        return messages;
    }

    /// <summary>Each call is followed by its answer, made up where there is none; an answer to no call is left out.</summary>
    public static IReadOnlyList<Message> Paired(IReadOnlyList<Message> messages)
    {
        var answers = messages.OfType<ToolMessage>().GroupBy(t => t.CallId).ToDictionary(g => g.Key, g => g.Last());
        var paired = new List<Message>(messages.Count);
        foreach (var message in messages)
        {
            switch (message)
            {
                case ToolMessage:
                    continue;
                case ModelMessage { Parts.Count: 0 }:
                    continue;
            }

            paired.Add(message);
            foreach (var call in (message as ModelMessage)?.Parts.OfType<CallPart>() ?? [])
            {
                paired.Add(answers.GetValueOrDefault(call.Id) ?? new ToolMessage(call.Id, call.Tool, NoAnswer, true));
            }
        }

        return paired;
    }

    private static Message? Read(JsonElement message) =>
        message.Word("role") switch
        {
            "user" when Text(message.Below("content")) is { Length: > 0 } text => new UserMessage(text),
            "assistant" => new ModelMessage(
                [.. Blocks(message.Below("content")).Select(Part).OfType<Part>()],
                $"{message.Word("provider")}/{message.Word("model")}"
            ),
            "toolResult" when message.Word("toolCallId") is { } call => new ToolMessage(
                call,
                message.Word("toolName") ?? "",
                Text(message.Below("content")),
                message.Below("isError").ValueKind == JsonValueKind.True
            ),
            _ => null,
        };

    private static Part? Part(JsonElement block) =>
        block.Word("type") switch
        {
            "text" when block.Word("text") is { Length: > 0 } text => new TextPart(text),
            "thinking" when block.Below("redacted").ValueKind == JsonValueKind.True => new ThoughtPart(
                block.Word("thinkingSignature") ?? "",
                null,
                Redacted: true
            ),
            "thinking" => new ThoughtPart(block.Word("thinking") ?? "", block.Word("thinkingSignature")),
            "toolCall" when block.Word("id") is { } id && block.Word("name") is { } name => new CallPart(
                id,
                name,
                block.Below("arguments") is { ValueKind: JsonValueKind.Object } input ? input.GetRawText() : "{}"
            ),
            _ => null,
        };

    private static IEnumerable<JsonElement> Blocks(JsonElement content) =>
        content.ValueKind == JsonValueKind.Array ? content.EnumerateArray()
        : content.ValueKind == JsonValueKind.String ? [content]
        : [];

    /// <summary>What of a content is text; for all else there is a word in its place.</summary>
    private static string Text(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString()!;
        }

        var all = new StringBuilder();
        foreach (var block in Blocks(content))
        {
            all.Append(all.Length > 0 ? "\n" : "");
            all.Append(block.Word("text") ?? $"({block.Word("type") ?? "something"}, not shown)");
        }

        return all.ToString();
    }
}
