using System.Text;
using System.Text.Unicode;
using Creel.Core;
using Creel.Runtime.Executors;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary><c>read</c>, <c>write</c> and <c>edit</c>, with the cell's own rights.</summary>
internal static class FileTools
{
    /// <summary>More is read in parts.</summary>
    private const int MostBytes = 16 * 1024 * 1024;
    private const int UsualLines = 2000;

    public static IReadOnlyList<Tool> All { get; } =
    [
        new Tool(
            "read",
            "Reads a text file, or lists a folder. Long files come in parts: say from which line on, and how many.",
            """{"type":"object","properties":{"path":{"type":"string","description":"File or folder"},"offset":{"type":"integer","description":"First line, from 1"},"limit":{"type":"integer","description":"Most lines"}},"required":["path"]}""",
            ReadAsync
        ),
        new Tool(
            "write",
            "Writes a whole file, and makes the folders above it. What was in it is gone.",
            """{"type":"object","properties":{"path":{"type":"string"},"content":{"type":"string"}},"required":["path","content"]}""",
            WriteAsync
        )
        {
            Alone = true,
        },
        new Tool(
            "edit",
            "Replaces a piece of a file by another. The old text must be there exactly once, unless all of its places are meant.",
            """{"type":"object","properties":{"path":{"type":"string"},"oldText":{"type":"string","description":"Exactly as it stands in the file"},"newText":{"type":"string"},"all":{"type":"boolean","description":"Every place"}},"required":["path","oldText","newText"]}""",
            EditAsync
        )
        {
            Alone = true,
        },
    ];

    /// <summary>A file's text.</summary>
    /// <exception cref="CreelException">It can't be read, or is no text.</exception>
    public static string Text(string path, string shown)
    {
        var bytes = RawFile.Read(path, shown, MostBytes);
        return Utf8.IsValid(bytes) && !bytes.AsSpan().Contains((byte)0)
            ? Encoding.UTF8.GetString(bytes)
            : throw new CreelException(
                Fault.Invalid("not-text", $"'{shown}' is no text: it has {bytes.Length} bytes, not all of them UTF-8")
            );
    }

    public static void Save(string path, string shown, string text)
    {
        try
        {
            FileWriteTask.Write(path, Encoding.UTF8.GetBytes(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw FileWriteTask.Explain(e, shown);
        }
    }

    private static Task<ToolAnswer> ReadAsync(ToolUse use)
    {
        var said = use.Required("path", "file_path");
        var path = use.Scene.PathOf(said);
        if (Directory.Exists(path))
        {
            return Task.FromResult(new ToolAnswer(List(path)));
        }

        var lines = Text(path, said).ReplaceLineEndings("\n").Split('\n');
        var count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        var first = use.Number("offset", 0, int.MaxValue) is { } offset and > 0 ? offset - 1 : 0;
        var most = use.Number("limit", 1, int.MaxValue) ?? UsualLines;
        if (first >= count && count > 0)
        {
            return Task.FromResult(new ToolAnswer($"'{said}' has only {count} lines", true));
        }

        var part = lines.Skip(first).Take(Math.Min(most, count - first)).ToList();
        var text = new StringBuilder();
        var shown = 0;
        foreach (var line in part)
        {
            if (shown > 0 && text.Length + line.Length > Bounded.Most - 200)
            {
                break;
            }

            text.Append(line).Append('\n');
            shown++;
        }

        if (first + shown < count)
        {
            text.Append($"[lines {first + 1} to {first + shown} of {count}; go on with offset {first + shown + 1}]");
        }

        return Task.FromResult(new ToolAnswer(text.ToString()));
    }

    private static Task<ToolAnswer> WriteAsync(ToolUse use)
    {
        var said = use.Required("path", "file_path");
        var content = use.Required("content");
        Save(use.Scene.PathOf(said), said, content);
        return Task.FromResult(new ToolAnswer($"{said} is written: {Encoding.UTF8.GetByteCount(content)} bytes"));
    }

    private static Task<ToolAnswer> EditAsync(ToolUse use)
    {
        var said = use.Required("path", "file_path");
        var (old, now) = (use.Required("oldText", "old_string"), use.Required("newText", "new_string"));
        var path = use.Scene.PathOf(said);
        var text = Text(path, said);
        var places = old.Length == 0 ? 0 : Count(text, old);
        var all = use.Input.Flag("all") || use.Input.Flag("replace_all");
        if (places == 0 || (places > 1 && !all))
        {
            return Task.FromResult(
                new ToolAnswer(
                    places == 0
                        ? $"That text is not in {said}: read it again, and give it exactly as it stands there"
                        : $"That text is in {said} {places} times: give more of what stands around it, or say all",
                    true
                )
            );
        }

        Save(path, said, text.Replace(old, now, StringComparison.Ordinal));
        return Task.FromResult(new ToolAnswer($"{said} is changed in {places} place{(places == 1 ? "" : "s")}"));
    }

    private static int Count(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; )
        {
            count++;
            at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal);
        }

        return count;
    }

    private static string List(string path)
    {
        var names = new DirectoryInfo(path)
            .EnumerateFileSystemInfos()
            .OrderBy(e => e.Name, StringComparer.Ordinal)
            .Take(1000)
            .Select(e => e is DirectoryInfo ? e.Name + "/" : e.Name)
            .ToList();
        return names.Count == 0 ? "(an empty folder)" : string.Join('\n', names);
    }
}
