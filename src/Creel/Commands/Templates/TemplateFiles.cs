using Creel.Core;
using Creel.Core.Provisioning.Templates;

namespace Creel.Commands.Templates;

/// <summary>Templates on disk.</summary>
internal static class TemplateFiles
{
    /// <summary>A file, or all in a folder and below it; named as the user named them.</summary>
    /// <exception cref="CreelException">There is nothing of that name, or it can't be read.</exception>
    public static IEnumerable<(string Name, string Text)> Find(Call call, string written)
    {
        var path = call.FullPath(written);
        if (File.Exists(path))
        {
            return [(written, Read(path, written))];
        }

        if (!Directory.Exists(path))
        {
            throw new CreelException(Fault.NotFound("no-file", $"there is no file or folder {path}", "name a template"));
        }

        return Directory
            .EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => file.EndsWith(".md", StringComparison.Ordinal) || file.EndsWith(".j2", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => Path.Combine(written, Path.GetRelativePath(path, file)))
            .Select(name => (name, Read(call.FullPath(name), name)));
    }

    /// <exception cref="CreelException">It can't be read, or nobody would read it all.</exception>
    public static string Read(string path, string shown)
    {
        try
        {
            // A character takes at most four bytes: what is longer is no template, whatever is in it.
            var length = new FileInfo(path).Length;
            return length <= 4L * TemplateLimits.Usual.Source
                ? File.ReadAllText(path)
                : throw new CreelException(
                    Fault.Invalid(
                        "template-limit",
                        $"{shown}:1:1: the template has {length} bytes, which is too many",
                        "make it shorter"
                    )
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Invalid("no-file", $"{shown} can't be read: {e.Message}"), e);
        }
    }
}
