using System.Text.Json;
using Creel.Runtime.Brains.Native.Models;

namespace Creel.Runtime.Brains.Native.Transcripts;

/// <summary>How a model's message ended, as its transcript tells it.</summary>
/// <param name="Api">OpenClaw's word for the dialect.</param>
/// <param name="Stop"><c>stop</c>, <c>length</c>, <c>toolUse</c>, <c>error</c> or <c>aborted</c>.</param>
internal sealed record ModelEnd(string Api, ModelName Model, Usage Usage, string Stop, string? Error = null);

/// <summary>Writes the <c>message</c> of a transcript's line.</summary>
internal static class TranscriptMessage
{
    public static void Write(Utf8JsonWriter json, Message message, ModelEnd? end, DateTimeOffset now)
    {
        json.WriteStartObject("message");
        switch (message)
        {
            case UserMessage user:
                json.WriteString("role", "user");
                WriteText(json, user.Text);
                break;
            case ToolMessage tool:
                json.WriteString("role", "toolResult");
                json.WriteString("toolCallId", tool.CallId);
                json.WriteString("toolName", tool.Tool);
                WriteText(json, tool.Text);
                json.WriteBoolean("isError", tool.Failed);
                break;
            case ModelMessage said:
                WriteModel(json, said, end);
                break;
        }

        json.WriteNumber("timestamp", now.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteModel(Utf8JsonWriter json, ModelMessage said, ModelEnd? end)
    {
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        foreach (var part in said.Parts)
        {
            WritePart(json, part);
        }

        json.WriteEndArray();
        if (end is null)
        {
            return;
        }

        json.WriteString("api", end.Api);
        json.WriteString("provider", end.Model.Provider);
        json.WriteString("model", end.Model.Model);
        json.WriteStartObject("usage");
        json.WriteNumber("input", end.Usage.Input);
        json.WriteNumber("output", end.Usage.Output);
        json.WriteNumber("cacheRead", end.Usage.CacheRead);
        json.WriteNumber("cacheWrite", end.Usage.CacheWrite);
        json.WriteNumber("totalTokens", end.Usage.Total);
        json.WriteEndObject();
        json.WriteString("stopReason", end.Stop);
        if (end.Error is { } error)
        {
            json.WriteString("errorMessage", error);
        }
    }

    private static void WritePart(Utf8JsonWriter json, Part part)
    {
        json.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                json.WriteString("type", "text");
                json.WriteString("text", text.Text);
                break;
            case ThoughtPart thought:
                json.WriteString("type", "thinking");
                json.WriteString("thinking", thought.Redacted ? "" : thought.Text);
                if ((thought.Redacted ? thought.Text : thought.Signature) is { } signature)
                {
                    json.WriteString("thinkingSignature", signature);
                }

                if (thought.Redacted)
                {
                    json.WriteBoolean("redacted", true);
                }

                break;
            case CallPart call:
                json.WriteString("type", "toolCall");
                json.WriteString("id", call.Id);
                json.WriteString("name", call.Tool);
                json.WritePropertyName("arguments");
                var input = JsonText.Parse(call.Arguments);
                json.WriteRawValue(input is { ValueKind: JsonValueKind.Object } whole ? whole.GetRawText() : "{}");
                break;
        }

        json.WriteEndObject();
    }
}
