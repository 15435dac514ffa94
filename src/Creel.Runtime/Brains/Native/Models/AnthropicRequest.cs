using System.Text.Json;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>A question as a body of the Messages API.</summary>
internal static class AnthropicRequest
{
    /// <summary>Of an answer, without its thoughts. The proxy holds as much money back as the longest answer would cost.</summary>
    private const int MostTokens = 8192;

    public static byte[] Write(Question question) =>
        ResponseBody.Write(json =>
        {
            var thinks = ThinkingLevels.On(question.Thinking) && ThinksAtAll(question.Model.Model);
            var adaptive = thinks && Adapts(question.Model.Model);
            var budget = thinks ? ThinkingLevels.Budget(question.Thinking!) : 0;
            json.WriteStartObject();
            json.WriteString("model", question.Model.Model);
            json.WriteNumber("max_tokens", MostTokens + budget);
            if (thinks)
            {
                WriteThinking(json, question.Thinking!, adaptive, budget);
            }

            json.WriteStartArray("system");
            WriteText(json, question.Steady, cached: true);
            if (question.Passing.Length > 0)
            {
                WriteText(json, question.Passing);
            }

            json.WriteEndArray();
            WriteTools(json, question.Tools);
            json.WriteStartArray("messages");
            WriteMessages(json, question);
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void WriteThinking(Utf8JsonWriter json, string level, bool adaptive, int budget)
    {
        json.WriteStartObject("thinking");
        json.WriteString("type", adaptive ? "adaptive" : "enabled");
        if (!adaptive)
        {
            json.WriteNumber("budget_tokens", budget);
        }

        json.WriteEndObject();
        if (adaptive)
        {
            json.WriteStartObject("output_config");
            json.WriteString("effort", ThinkingLevels.Effort(level));
            json.WriteEndObject();
        }
    }

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ToolOffer> tools)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("input_schema");
            json.WriteRawValue(tool.Schema);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Tool answers are the user's here, all of a round in one message; two messages of one side become one.</summary>
    private static void WriteMessages(Utf8JsonWriter json, Question question)
    {
        var side = "";
        for (var i = 0; i < question.Messages.Count; i++)
        {
            var message = question.Messages[i];
            var now = message is ModelMessage ? "assistant" : "user";
            if (now != side)
            {
                End(json, side);
                side = now;
                json.WriteStartObject();
                json.WriteString("role", now);
                json.WriteStartArray("content");
            }

            var last = i == question.Messages.Count - 1;
            switch (message)
            {
                case UserMessage user:
                    foreach (var picture in user.Pictures)
                    {
                        WritePicture(json, picture);
                    }

                    WriteText(json, user.Text, cached: last);
                    break;
                case ToolMessage tool:
                    WriteResult(json, tool, cached: last);
                    break;
                case ModelMessage said:
                    WriteParts(json, said, said.Model == question.Model.ToString());
                    break;
            }
        }

        End(json, side);
    }

    private static void End(Utf8JsonWriter json, string side)
    {
        if (side.Length > 0)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WritePicture(Utf8JsonWriter json, Picture picture)
    {
        json.WriteStartObject();
        json.WriteString("type", "image");
        json.WriteStartObject("source");
        json.WriteString("type", "base64");
        json.WriteString("media_type", picture.Type);
        json.WriteBase64String("data", picture.Content);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, ModelMessage said, bool own)
    {
        foreach (var part in said.Parts)
        {
            switch (part)
            {
                case TextPart text when !string.IsNullOrWhiteSpace(text.Text):
                    WriteText(json, text.Text);
                    break;
                case ThoughtPart { Redacted: true } hidden when own:
                    json.WriteStartObject();
                    json.WriteString("type", "redacted_thinking");
                    json.WriteString("data", hidden.Text);
                    json.WriteEndObject();
                    break;
                case ThoughtPart { Signature: { Length: > 0 } signature } thought when own:
                    json.WriteStartObject();
                    json.WriteString("type", "thinking");
                    json.WriteString("thinking", thought.Text);
                    json.WriteString("signature", signature);
                    json.WriteEndObject();
                    break;
                case CallPart call:
                    json.WriteStartObject();
                    json.WriteString("type", "tool_use");
                    json.WriteString("id", CallIds.For(call.Id));
                    json.WriteString("name", call.Tool);
                    json.WritePropertyName("input");
                    json.WriteRawValue(
                        JsonText.Parse(call.Arguments) is { ValueKind: JsonValueKind.Object } input ? input.GetRawText() : "{}"
                    );
                    json.WriteEndObject();
                    break;
            }
        }
    }

    private static void WriteResult(Utf8JsonWriter json, ToolMessage tool, bool cached)
    {
        json.WriteStartObject();
        json.WriteString("type", "tool_result");
        json.WriteString("tool_use_id", CallIds.For(tool.CallId));
        json.WriteString("content", tool.Text.Length == 0 ? "(nothing)" : tool.Text);
        if (tool.Failed)
        {
            json.WriteBoolean("is_error", true);
        }

        WriteCache(json, cached);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string text, bool cached = false)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text.Length == 0 ? "(empty)" : text);
        WriteCache(json, cached);
        json.WriteEndObject();
    }

    /// <summary>Up to here the next question will be the same.</summary>
    private static void WriteCache(Utf8JsonWriter json, bool cached)
    {
        if (cached)
        {
            json.WriteStartObject("cache_control");
            json.WriteString("type", "ephemeral");
            json.WriteEndObject();
        }
    }

    /// <summary>Those before 3.7 don't think aloud.</summary>
    private static bool ThinksAtAll(string model) =>
        !model.Contains("claude-3-5", StringComparison.Ordinal)
        && !model.Contains("claude-3-haiku", StringComparison.Ordinal)
        && !model.Contains("claude-3-opus", StringComparison.Ordinal)
        && !model.Contains("claude-3-sonnet", StringComparison.Ordinal);

    /// <summary>From 4.6 on they judge themselves how long to think, and are told how hard to try.</summary>
    private static bool Adapts(string model)
    {
        var numbers = model
            .Split('-', '@', '/')
            .Where(word => word.Length is 1 or 2 && word.All(char.IsAsciiDigit))
            .Select(int.Parse)
            .ToList();
        return numbers.Count > 0 && (numbers[0] > 4 || (numbers[0] == 4 && numbers.Count > 1 && numbers[1] >= 6));
    }
}
