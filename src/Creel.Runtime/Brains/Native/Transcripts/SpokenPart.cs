using System.Text;
using System.Text.Json;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Work;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime.Brains.Native.Transcripts;

/// <summary>
/// What a model is just saying, beside its transcript, a line for each piece: the transcript has a message only once it is whole, and a kill
/// is to lose no more than the piece that was on its way.
/// </summary>
internal sealed class SpokenPart : IDisposable
{
    private const int Longest = 16 * 1024 * 1024;
    private readonly string path;
    private readonly SafeFileHandle file;
    private long end;

    /// <exception cref="IOException">It can't be made.</exception>
    public SpokenPart(string transcript)
    {
        path = transcript + ".part";
        file = OwnFile.Create(path);
    }

    /// <summary>What a runtime before this one had heard when it was killed; null: nothing.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static ModelMessage? Left(string transcript)
    {
        if (OwnFile.Read(transcript + ".part", Longest) is not { Length: > 0 } bytes)
        {
            return null;
        }

        var (model, text) = ("", new StringBuilder());
        foreach (var line in TranscriptText.Read(bytes).Entries)
        {
            model = line.Word("model") ?? model;
            text.Append(line.Word("text"));
        }

        return text.Length == 0 || model.Length == 0 ? null : new ModelMessage([new TextPart(text.ToString())], model);
    }

    /// <summary>A model begins, or begins again.</summary>
    public void Begin(ModelName model)
    {
        RandomAccess.SetLength(file, 0);
        end = 0;
        Write(json => json.WriteString("model", model.ToString()));
    }

    public void Add(string text) => Write(json => json.WriteString("text", text));

    /// <summary>It stands in the transcript now, or does not count.</summary>
    public void Clear()
    {
        RandomAccess.SetLength(file, 0);
        end = 0;
    }

    /// <summary>Whoever heard it to its end, or to where it broke off, has put it into the transcript: only a kill leaves it.</summary>
    public void Dispose()
    {
        file.Dispose();
        File.Delete(path);
    }

    private void Write(Action<Utf8JsonWriter> field)
    {
        var json = ResponseBody.Write(j =>
        {
            j.WriteStartObject();
            field(j);
            j.WriteEndObject();
        });
        byte[] line = [.. json, (byte)'\n'];
        RandomAccess.Write(file, line, end);
        end += line.Length;
    }
}
