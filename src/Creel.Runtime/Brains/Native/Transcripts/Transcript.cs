using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Work;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime.Brains.Native.Transcripts;

/// <summary>
/// A conversation's file, a JSON object a line, in OpenClaw's format (version 3). Each line is one write, made as soon as there is
/// something to say, so a kill loses no more than what was just being said.
/// </summary>
internal sealed class Transcript : IDisposable
{
    private const int Longest = 64 * 1024 * 1024;
    private readonly SafeFileHandle file;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private long end;
    private string? leaf;

    private Transcript(SafeFileHandle file, long end, string? leaf, TimeProvider time) =>
        (this.file, this.end, this.leaf, this.time) = (file, end, leaf, time);

    /// <summary>What had been said when it was opened.</summary>
    public IReadOnlyList<Message> Before { get; private set; } = [];

    /// <summary>The model of its last <c>model_change</c>, and the level of its last <c>thinking_level_change</c>.</summary>
    public string? Model { get; private set; }

    public string? Thinking { get; private set; }

    /// <summary>Opens it, or makes it. A last line without an end is cut off.</summary>
    /// <param name="warn">Told once, in a sentence, where not all could be read.</param>
    /// <exception cref="CreelException">It can't be opened, or is too large.</exception>
    public static Transcript Open(SessionFolder folder, string session, string workspace, TimeProvider time, Action<string> warn)
    {
        var path = folder.Transcript(session);
        try
        {
            folder.Make();
            var text = TranscriptText.Read(OwnFile.Read(path, Longest) ?? []);
            if (text.Torn || text.Unread > 0)
            {
                warn(
                    $"The transcript {session} has {text.Unread + (text.Torn ? 1 : 0)} line(s) that can't be read"
                        + (text.Torn ? ", the last cut short; the conversation goes on before it" : "; they are left out")
                );
            }

            var file = OwnFile.OpenOrReplace(path);
            var transcript = new Transcript(file, text.Whole, Leaf(text), time)
            {
                Before = History.Of(text.Entries),
                Model = Last(text, "model_change") is { } change ? $"{change.Word("provider")}/{change.Word("modelId")}" : null,
                Thinking = Last(text, "thinking_level_change")?.Word("thinkingLevel"),
            };
            transcript.Begin(text, session, workspace);
            if (SpokenPart.Left(path) is { } left)
            {
                transcript.Recover(left);
            }

            return transcript;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "transcript",
                    $"The transcript of session {session} can't be used: {e.Message}",
                    "Start a new session with /new"
                ),
                e
            );
        }
    }

    public void ChangeModel(ModelName model)
    {
        Model = model.ToString();
        Append(
            "model_change",
            json =>
            {
                json.WriteString("provider", model.Provider);
                json.WriteString("modelId", model.Model);
            }
        );
    }

    public void ChangeThinking(string level)
    {
        Thinking = level;
        Append("thinking_level_change", json => json.WriteString("thinkingLevel", level));
    }

    public void Add(Message message, ModelEnd? end = null) =>
        Append("message", json => TranscriptMessage.Write(json, message, end, time.GetUtcNow()));

    /// <summary>Where it is now, for <see cref="LeaveFrom"/>.</summary>
    public string? Here
    {
        get
        {
            lock (gate)
            {
                return leaf;
            }
        }
    }

    /// <summary>What was said since is a branch that is left: it stays to be read, and no model is shown it again.</summary>
    /// <param name="why">For whoever reads the file.</param>
    public void LeaveFrom(string? here, string why)
    {
        lock (gate)
        {
            leaf = here;
            Append(
                "custom",
                json =>
                {
                    json.WriteString("customType", "creel.left-out");
                    json.WriteStartObject("data");
                    json.WriteString("reason", why);
                    json.WriteEndObject();
                }
            );
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>The runtime before this one was killed in the middle of an answer.</summary>
    private void Recover(ModelMessage left)
    {
        var model = ModelName.Parse(left.Model);
        var api = model.Provider == "anthropic" ? "anthropic-messages" : "openai-completions";
        Add(left, new ModelEnd(api, model, Usage.None, "aborted"));
        Before = [.. Before, left];
    }

    private void Begin(TranscriptText text, string session, string workspace)
    {
        RandomAccess.SetLength(file, end);
        if (text.Unended)
        {
            WriteAtEnd("\n"u8);
        }

        if (text.Whole > 0)
        {
            return;
        }

        Write(json =>
        {
            json.WriteString("type", "session");
            json.WriteNumber("version", 3);
            json.WriteString("id", session);
            json.WriteString("timestamp", Stamp());
            json.WriteString("cwd", workspace);
        });
    }

    private void Append(string type, Action<Utf8JsonWriter> fields)
    {
        lock (gate)
        {
            var id = Guid.NewGuid().ToString("N")[..8];
            Write(json =>
            {
                json.WriteString("type", type);
                json.WriteString("id", id);
                if (leaf is null)
                {
                    json.WriteNull("parentId");
                }
                else
                {
                    json.WriteString("parentId", leaf);
                }

                json.WriteString("timestamp", Stamp());
                fields(json);
            });
            leaf = id;
        }
    }

    private void Write(Action<Utf8JsonWriter> fields)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, ResponseBody.Plain))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        WriteAtEnd(line.WrittenSpan);
    }

    private void WriteAtEnd(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(file, bytes, end);
        end += bytes.Length;
    }

    private string Stamp() => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string? Leaf(TranscriptText text) =>
        text.Entries.Select(e => e.Word("id")).LastOrDefault(id => id is not null);

    private static JsonElement? Last(TranscriptText text, string type)
    {
        var found = text.Entries.LastOrDefault(e => e.Word("type") == type);
        return found.ValueKind == JsonValueKind.Undefined ? null : found;
    }
}
