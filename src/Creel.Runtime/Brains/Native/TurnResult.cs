using System.Text.Json.Nodes;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native;

/// <summary>What a turn has come to so far.</summary>
internal sealed class TurnResult
{
    public string Text { get; set; } = "";

    public string? Session { get; set; }

    public string? Model { get; set; }

    public Usage Usage { get; set; } = Usage.None;

    /// <summary>Tokens that the conversation had when the model spoke last.</summary>
    public long Held { get; set; }

    /// <summary><c>end</c>, <c>length</c>, <c>context-full</c>, <c>aborted</c> or <c>tool-limit</c>; of a failure <see cref="Creel.Core.Sessions.TurnTroubles"/>, or null.</summary>
    public string? Stop { get; set; }

    public int ToolCalls { get; set; }

    /// <summary>Names of the messages that came meanwhile, and that the model was told.</summary>
    public HashSet<string> Steered { get; } = [];

    public byte[] Write() =>
        ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("text", Text);
            json.WriteString("sessionId", Session);
            if (Model is not null)
            {
                json.WriteString("model", Model);
            }

            json.WriteStartObject("usage");
            json.WriteNumber("input", Usage.Input);
            json.WriteNumber("output", Usage.Output);
            json.WriteNumber("cacheRead", Usage.CacheRead);
            json.WriteNumber("cacheWrite", Usage.CacheWrite);
            json.WriteNumber("total", Usage.Total);
            json.WriteEndObject();
            if (Stop is not null)
            {
                json.WriteString("stop", Stop);
            }

            json.WriteNumber("toolCalls", ToolCalls);
            if (Steered.Count > 0)
            {
                json.WriteStartArray("steered");
                foreach (var run in Steered)
                {
                    json.WriteStringValue(run);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });

    /// <summary>Into <c>sessions.json</c>.</summary>
    public void Note(JsonObject entry, ModelName model, int context, DateTimeOffset now)
    {
        entry["sessionId"] = Session;
        entry["updatedAt"] = now.ToUnixTimeMilliseconds();
        entry["modelProvider"] = model.Provider;
        entry["model"] = model.Model;
        entry["contextTokens"] = context;
        entry["inputTokens"] = Usage.Input;
        entry["outputTokens"] = Usage.Output;
        entry["cacheRead"] = Usage.CacheRead;
        entry["cacheWrite"] = Usage.CacheWrite;
        if (Held > 0)
        {
            entry["totalTokens"] = Held;
        }

        if (Stop == "aborted")
        {
            entry["abortedLastRun"] = true;
        }
        else
        {
            entry.Remove("abortedLastRun");
        }
    }
}
