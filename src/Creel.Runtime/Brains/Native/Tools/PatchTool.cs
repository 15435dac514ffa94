using Creel.Core;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary><c>apply_patch</c>: several changes to several files, all of them or none.</summary>
internal static class PatchTool
{
    public static IReadOnlyList<Tool> All { get; } =
    [
        new Tool(
            "apply_patch",
            "Changes several files at once, all or nothing. The patch begins with '*** Begin Patch' and ends with '*** End Patch'; "
                + "between them '*** Add File: PATH' and lines with '+', '*** Delete File: PATH', or '*** Update File: PATH' (and perhaps "
                + "'*** Move to: PATH') and pieces that begin with '@@' and have lines with ' ', '-' and '+'.",
            """{"type":"object","properties":{"input":{"type":"string","description":"The whole patch"}},"required":["input"]}""",
            RunAsync
        )
        {
            Alone = true,
        },
    ];

    private static Task<ToolAnswer> RunAsync(ToolUse use)
    {
        var patch = Patch.Read(use.Required("input", "patch"));
        var steps = patch.Files.SelectMany(file => Steps(use.Scene, file)).ToList();
        var undo = new List<(string Path, byte[]? Before)>();
        try
        {
            foreach (var step in steps)
            {
                undo.Add((step.Path, File.Exists(step.Path) ? File.ReadAllBytes(step.Path) : null));
                if (step.Text is null)
                {
                    File.Delete(step.Path);
                }
                else
                {
                    FileTools.Save(step.Path, step.Shown, step.Text);
                }
            }
        }
        catch (Exception e) when (e is CreelException or IOException or UnauthorizedAccessException)
        {
            Restore(undo);
            var why = e is CreelException fault ? fault.Fault.Message : e.Message;
            return Task.FromResult(new ToolAnswer($"Nothing is changed: {why}", true));
        }

        return Task.FromResult(new ToolAnswer("Done:\n" + string.Join('\n', patch.Files.Select(Say))));
    }

    /// <summary>What each file is to hold, worked out before the first is touched.</summary>
    private static IEnumerable<(string Path, string Shown, string? Text)> Steps(ToolScene scene, PatchFile file)
    {
        var path = scene.PathOf(file.Path);
        switch (file.Kind)
        {
            case PatchKind.Add when Path.Exists(path):
                throw new CreelException(Fault.Invalid("patch", $"{file.Path} is there already: update it"));
            case PatchKind.Add:
                return [(path, file.Path, string.Concat(file.Pieces[0].New.Select(line => line + "\n")))];
            case PatchKind.Delete when !File.Exists(path):
                throw new CreelException(Fault.Invalid("patch", $"{file.Path} is not there, so it can't be deleted"));
            case PatchKind.Delete:
                return [(path, file.Path, null)];
        }

        var text = Changed(file, FileTools.Text(path, file.Path));
        return file.Target is null
            ? [(path, file.Path, text)]
            : [(scene.PathOf(file.Target), file.Target, text), (path, file.Path, null)];
    }

    private static string Changed(PatchFile file, string text)
    {
        var windows = text.Contains("\r\n", StringComparison.Ordinal);
        var lines = text.ReplaceLineEndings("\n").Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        var from = 0;
        foreach (var piece in file.Pieces)
        {
            if (!piece.Apply(lines, ref from))
            {
                var first = piece.Context ?? piece.Old.FirstOrDefault() ?? "";
                throw new CreelException(
                    Fault.Invalid(
                        "patch",
                        $"{file.Path} has no such lines after line {from}, beginning with '{first}': read it again"
                    )
                );
            }
        }

        var end = windows ? "\r\n" : "\n";
        return string.Concat(lines.Select(line => line + end));
    }

    private static void Restore(List<(string Path, byte[]? Before)> undo)
    {
        undo.Reverse();
        foreach (var (path, before) in undo)
        {
            try
            {
                if (before is null)
                {
                    File.Delete(path);
                }
                else
                {
                    File.WriteAllBytes(path, before);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It could not be written a moment ago either, so it is as it was.
            }
        }
    }

    private static string Say(PatchFile file) =>
        file.Kind switch
        {
            PatchKind.Add => $"A {file.Path}",
            PatchKind.Delete => $"D {file.Path}",
            _ => file.Target is null ? $"M {file.Path}" : $"M {file.Path} → {file.Target}",
        };
}
