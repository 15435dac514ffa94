using System.Text.Json;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>A question as a body of chat completions.</summary>
internal static class OpenAiRequest
{
    private const int MostTokens = 8192;

    /// <param name="original">OpenAI's own, whose newer words others don't know.</param>
    public static byte[] Write(Question question, bool original) =>
        ResponseBody.Write(json =>
        {
            var effort = ThinkingLevels.On(question.Thinking) && original && Reasons(question.Model.Model);
            var room = effort ? ThinkingLevels.Budget(question.Thinking!) : 0;
            json.WriteStartObject();
            json.WriteString("model", question.Model.Model);
            json.WriteNumber(original ? "max_completion_tokens" : "max_tokens", MostTokens + room);
            json.WriteBoolean("stream", true);
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
            if (effort)
            {
                json.WriteString("reasoning_effort", ThinkingLevels.Effort(question.Thinking!));
            }

            WriteTools(json, question.Tools);
            json.WriteStartArray("messages");
            WriteSaid(json, "system", $"{question.Steady}\n\n{question.Passing}".TrimEnd());
            foreach (var message in question.Messages)
            {
                WriteMessage(json, message);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

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
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("parameters");
            json.WriteRawValue(tool.Schema);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, Message message)
    {
        switch (message)
        {
            case UserMessage { Pictures.Count: > 0 } user:
                WritePictured(json, user);
                break;
            case UserMessage user:
                WriteSaid(json, "user", user.Text);
                break;
            case ToolMessage tool:
                json.WriteStartObject();
                json.WriteString("role", "tool");
                json.WriteString("tool_call_id", CallIds.For(tool.CallId));
                json.WriteString("content", tool.Text);
                json.WriteEndObject();
                break;
            case ModelMessage said:
                WriteModel(json, said);
                break;
        }
    }

    private static void WriteModel(Utf8JsonWriter json, ModelMessage said)
    {
        var text = string.Concat(said.Parts.OfType<TextPart>().Select(p => p.Text));
        var calls = said.Parts.OfType<CallPart>().ToList();
        if (text.Length == 0 && calls.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role", "assistant");
        if (text.Length > 0 || calls.Count == 0)
        {
            json.WriteString("content", text);
        }
        else
        {
            json.WriteNull("content");
        }

        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in calls)
            {
                json.WriteStartObject();
                json.WriteString("id", CallIds.For(call.Id));
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", call.Tool);
                json.WriteString("arguments", JsonText.Parse(call.Arguments) is null ? "{}" : call.Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WritePictured(Utf8JsonWriter json, UserMessage user)
    {
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteStartArray("content");
        foreach (var picture in user.Pictures)
        {
            json.WriteStartObject();
            json.WriteString("type", "image_url");
            json.WriteStartObject("image_url");
            json.WriteString("url", $"data:{picture.Type};base64,{Convert.ToBase64String(picture.Content)}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", user.Text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSaid(Utf8JsonWriter json, string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private static bool Reasons(string model) =>
        model.StartsWith("gpt-5", StringComparison.Ordinal) || model is ['o', >= '0' and <= '9', ..];
}
