using Creel.Core;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary>A patch as models write it, between <c>*** Begin Patch</c> and <c>*** End Patch</c>.</summary>
internal sealed record Patch(IReadOnlyList<PatchFile> Files)
{
    private const string Begin = "*** Begin Patch";
    private const string Over = "*** End Patch";
    private const string AddFile = "*** Add File: ";
    private const string DeleteFile = "*** Delete File: ";
    private const string UpdateFile = "*** Update File: ";
    private const string MoveTo = "*** Move to: ";
    private const string EndOfFile = "*** End of File";

    /// <exception cref="CreelException">It is none; the message has its line.</exception>
    public static Patch Read(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        var at = 0;
        if (lines[0].Trim() != Begin)
        {
            throw Wrong(0, $"begins with '{Begin}'");
        }

        var files = new List<PatchFile>();
        at++;
        while (at < lines.Length && lines[at].Trim() != Over)
        {
            files.Add(File(lines, ref at));
        }

        return at == lines.Length ? throw Wrong(at, $"ends with '{Over}'")
            : files.Count == 0 ? throw Wrong(at, "names at least one file")
            : new Patch(files);
    }

    private static PatchFile File(string[] lines, ref int at)
    {
        var line = lines[at];
        if (After(line, AddFile) is { } added)
        {
            var content = new List<string>();
            for (at++; at < lines.Length && lines[at].StartsWith('+'); at++)
            {
                content.Add(lines[at][1..]);
            }

            return new PatchFile(PatchKind.Add, added, null, [new PatchPiece(null, [], content, false)]);
        }

        if (After(line, DeleteFile) is { } gone)
        {
            at++;
            return new PatchFile(PatchKind.Delete, gone, null, []);
        }

        if (After(line, UpdateFile) is not { } changed)
        {
            throw Wrong(at, "has a line with *** Add File, *** Delete File or *** Update File here");
        }

        at++;
        var target = at < lines.Length ? After(lines[at], MoveTo) : null;
        at += target is null ? 0 : 1;
        var pieces = new List<PatchPiece>();
        while (at < lines.Length && (!lines[at].StartsWith("*** ", StringComparison.Ordinal) || lines[at].Trim() == EndOfFile))
        {
            pieces.Add(Piece(lines, ref at));
        }

        return pieces.Count > 0 || target is not null
            ? new PatchFile(PatchKind.Update, changed, target, pieces)
            : throw Wrong(at, $"changes something in {changed}");
    }

    private static PatchPiece Piece(string[] lines, ref int at)
    {
        string? context = null;
        if (lines[at].StartsWith("@@", StringComparison.Ordinal))
        {
            context = lines[at][2..].Trim() is { Length: > 0 } words ? words : null;
            at++;
        }

        var (old, now, last) = (new List<string>(), new List<string>(), false);
        var start = at;
        for (; at < lines.Length && !lines[at].StartsWith("@@", StringComparison.Ordinal); at++)
        {
            var line = lines[at];
            if (line.Trim() == EndOfFile)
            {
                last = true;
                at++;
                break;
            }

            if (line.StartsWith("*** ", StringComparison.Ordinal))
            {
                break;
            }

            switch (line)
            {
                case "":
                    old.Add("");
                    now.Add("");
                    break;
                case [' ', ..]:
                    old.Add(line[1..]);
                    now.Add(line[1..]);
                    break;
                case ['-', ..]:
                    old.Add(line[1..]);
                    break;
                case ['+', ..]:
                    now.Add(line[1..]);
                    break;
                default:
                    throw Wrong(at, "begins each line of a change with ' ', '-' or '+'");
            }
        }

        return at > start ? new PatchPiece(context, old, now, last) : throw Wrong(at, "has lines after each '@@'");
    }

    private static string? After(string line, string words) =>
        line.StartsWith(words, StringComparison.Ordinal) && line[words.Length..].Trim() is { Length: > 0 } rest ? rest : null;

    private static CreelException Wrong(int at, string should) =>
        new(Fault.Invalid("patch", $"line {at + 1} of the patch: a patch {should}"));
}

internal enum PatchKind
{
    Add,
    Delete,
    Update,
}

/// <param name="Target">Its new name; null: it keeps its own.</param>
internal sealed record PatchFile(PatchKind Kind, string Path, string? Target, IReadOnlyList<PatchPiece> Pieces);

/// <summary>Lines that take the place of others.</summary>
/// <param name="Context">A line above, after which the old ones are looked for.</param>
/// <param name="AtEnd">The old ones are the file's last.</param>
internal sealed record PatchPiece(string? Context, IReadOnlyList<string> Old, IReadOnlyList<string> New, bool AtEnd)
{
    /// <summary>Puts it into a file's lines, from a line on.</summary>
    /// <param name="from">Set to the line after it.</param>
    /// <returns>False: the old lines are not there.</returns>
    public bool Apply(List<string> lines, ref int from)
    {
        if (Context is not null)
        {
            var above = Find(lines, [Context], from, false);
            if (above < 0)
            {
                return false;
            }

            from = above + 1;
        }

        var at = Old.Count == 0 ? lines.Count : Find(lines, Old, from, AtEnd);
        if (at < 0)
        {
            return false;
        }

        lines.RemoveRange(at, Old.Count);
        lines.InsertRange(at, New);
        from = at + New.Count;
        return true;
    }

    /// <summary>Word for word; else without white space at the ends of lines; else without any around them.</summary>
    private static int Find(List<string> lines, IReadOnlyList<string> wanted, int from, bool atEnd)
    {
        foreach (var plain in (Func<string, string>[])[l => l, l => l.TrimEnd(), l => l.Trim()])
        {
            var start = atEnd ? Math.Max(from, lines.Count - wanted.Count) : from;
            for (var at = start; at + wanted.Count <= lines.Count; at++)
            {
                if (wanted.Select((line, i) => plain(lines[at + i]) == plain(line)).All(same => same))
                {
                    return at;
                }
            }
        }

        return -1;
    }
}
