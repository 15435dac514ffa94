using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Runtime.Brains.Native.Transcripts;

/// <summary>An agent's conversations in the cell, in OpenClaw's format: <c>sessions.json</c>, and a transcript each.</summary>
internal sealed class SessionFolder(string state, string agent)
{
    private const int LongestIndex = 16 * 1024 * 1024;
    private static readonly Lock Gate = new();
    private static readonly JsonDocumentOptions Reading = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    public string Path { get; } = System.IO.Path.Combine(state, "agents", agent, "sessions");

    private string Index => System.IO.Path.Combine(Path, "sessions.json");

    public string Transcript(string session) => System.IO.Path.Combine(Path, $"{session}.jsonl");

    /// <summary>As OpenClaw has it: lower case, and nothing that leads out of the folder.</summary>
    public static bool IsId(string? id) =>
        id is { Length: > 0 and <= 128 }
        && (char.IsAsciiLetterLower(id[0]) || char.IsAsciiDigit(id[0]))
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');

    /// <summary>What is known of a conversation; null: nothing.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public JsonObject? Find(string key)
    {
        lock (Gate)
        {
            return Load()[key]?.DeepClone() as JsonObject;
        }
    }

    /// <summary>The session that a conversation has; null: none yet.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public string? SessionOf(string key) =>
        Find(key)?["sessionId"] is JsonValue said && said.TryGetValue<string>(out var id) && IsId(id) ? id : null;

    /// <summary>Tokens that a conversation had when its model spoke last; 0 where that is not known.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public long HeldBy(string key, string session) =>
        Find(key) is { } entry
        && SessionOf(key) == session
        && entry["totalTokens"] is JsonValue said
        && said.TryGetValue<long>(out var count)
            ? count
            : 0;

    /// <summary>All conversations with what is known of each.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public JsonObject All()
    {
        lock (Gate)
        {
            return (JsonObject)Load().DeepClone();
        }
    }

    /// <summary>Changes what is known of a conversation; what others wrote there stays.</summary>
    /// <exception cref="IOException">It can't be kept.</exception>
    public void Change(string key, Action<JsonObject> change)
    {
        lock (Gate)
        {
            Make();
            var all = Load();
            if (all[key] is not JsonObject entry)
            {
                all[key] = entry = [];
            }

            change(entry);
            var beside = $"{Index}.new";
            OwnFile.Write(beside, Text(all));
            OwnFile.Move(beside, Index);
        }
    }

    private static byte[] Text(JsonObject all)
    {
        var text = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            all.WriteTo(json);
        }

        return text.WrittenSpan.ToArray();
    }

    public void Make()
    {
        var agents = System.IO.Path.Combine(state, "agents");
        OwnFile.MakeFolder(agents);
        OwnFile.MakeFolder(System.IO.Path.Combine(agents, agent));
        OwnFile.MakeFolder(Path);
    }

    /// <summary>An index that is no JSON is set aside: the transcripts, which are the conversations, are still there.</summary>
    private JsonObject Load()
    {
        if (OwnFile.Read(Index, LongestIndex) is not { Length: > 0 } bytes)
        {
            return [];
        }

        try
        {
            if (JsonNode.Parse(bytes, null, Reading) is JsonObject all)
            {
                return all;
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // Told by the file that is left.
        }

        OwnFile.Move(Index, $"{Index}.broken");
        return [];
    }
}
