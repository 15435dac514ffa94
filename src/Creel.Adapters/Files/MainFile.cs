using System.Text;
using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Adapters.Files;

/// <summary>
/// Writes a file in OpenClaw's own format as OpenClaw does: whole or not at all, and the last five that were there are kept beside it. It stays
/// its owner's, with the mode that it had.
/// </summary>
internal static class MainFile
{
    private const int Kept = 4;

    /// <exception cref="CreelException">It is a link: what it leads to is somebody else's.</exception>
    /// <exception cref="IOException">It can't be written; what was there is still there.</exception>
    public static void Write(string file, string text)
    {
        var path = Path.GetFullPath(file);
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new CreelException(
                Fault.Refused(
                    "symlink",
                    $"{file} is a symbolic link",
                    "Name the file itself: Creel writes it, and follows no link for it."
                )
            );
        }

        var (was, facts) = Held(path);
        Keep(path, was, facts);
        WholeFile.Write(path, text, lasting: true, readable: false, like: facts);
    }

    /// <summary>
    /// Its text and its owner from one look: in a folder of somebody else's the name could lead elsewhere a moment later, and his copy would
    /// hold what only we may read.
    /// </summary>
    private static (string Text, FileFacts Facts) Held(string path)
    {
        using var file = BeneathFile.OpenRead(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        var facts = FileFacts.Of(file);
        if (facts.Links != 1)
        {
            throw new CreelException(
                Fault.Refused("hard-link", $"{path} has other names, too", "Copy it, and put the copy in its place.")
            );
        }

        using var reader = new StreamReader(new FileStream(file, FileAccess.Read), Encoding.UTF8);
        return (reader.ReadToEnd(), facts);
    }

    private static void Keep(string path, string text, FileFacts facts)
    {
        for (var age = Kept; age >= 1; age--)
        {
            var younger = age == 1 ? $"{path}.bak" : $"{path}.bak.{age - 1}";
            if (File.Exists(younger))
            {
                File.Move(younger, $"{path}.bak.{age}", overwrite: true);
            }
        }

        WholeFile.Write($"{path}.bak", text, lasting: false, readable: false, like: facts);
    }
}
