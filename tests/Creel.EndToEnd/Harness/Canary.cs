using System.Text;

namespace Creel.EndToEnd.Harness;

/// <summary>
/// A key of nobody, which must come out nowhere but at the provider: looked for as it is, in base64 at every offset, and in
/// hexadecimal digits.
/// </summary>
public static class Canary
{
    /// <summary>
    /// It begins as in all tests of the proxy, so that whatever one of them leaves can be found out at the end (<c>./do test</c>), and goes
    /// on as in no other run.
    /// </summary>
    public static readonly string Key =
        $"sk-canary-7f3a91c4d2e8-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}";

    private static readonly (string As, byte[] Bytes)[] Shapes = [.. Make()];

    /// <summary>As what it is in there; null: it is not.</summary>
    public static string? In(ReadOnlySpan<byte> bytes)
    {
        foreach (var (name, shape) in Shapes)
        {
            if (bytes.IndexOf(shape) >= 0)
            {
                return name;
            }
        }

        return null;
    }

    public static string? In(string text) => In(Encoding.UTF8.GetBytes(text));

    /// <summary>All regular files below a folder in which it is.</summary>
    public static IEnumerable<string> InFiles(string folder)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", options) : [])
        {
            if (Bytes(file) is { } bytes && In(bytes) is { } shape)
            {
                yield return $"{file} ({shape})";
            }
        }
    }

    /// <summary>What Creel, its programs and their runtime leave where everybody leaves things.</summary>
    public static IEnumerable<string> TemporaryFolders() =>
        from folder in (string[])[Path.GetTempPath(), "/dev/shm"]
        where Directory.Exists(folder)
        from found in Directory.EnumerateDirectories(folder)
        where
            ((string[])["creel", ".dotnet", "clr-", "dotnet-"]).Any(b =>
                Path.GetFileName(found).StartsWith(b, StringComparison.Ordinal)
            )
        select found;

    /// <summary>The environments and command lines of all processes that this one may look into.</summary>
    public static IEnumerable<string> InProcesses() =>
        from folder in Directory.EnumerateDirectories("/proc")
        where Path.GetFileName(folder).All(char.IsAsciiDigit)
        from name in (string[])["environ", "cmdline"]
        let file = $"{folder}/{name}"
        let shape = Bytes(file) is { } bytes ? In(bytes) : null
        where shape is not null
        select $"{file} ({shape})";

    private static byte[]? Bytes(string file)
    {
        try
        {
            // Pipes and devices have no length: they would keep one waiting, or never end.
            if (!file.StartsWith("/proc/", StringComparison.Ordinal) && new FileInfo(file).Length == 0)
            {
                return null;
            }

            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            using var all = new MemoryStream();
            open.CopyTo(all);
            return all.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<(string, byte[])> Make()
    {
        var key = Encoding.ASCII.GetBytes(Key);
        yield return ("plain", key);
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(key)));
        yield return ("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(key)));
        yield return ("UTF-16", Encoding.Unicode.GetBytes(Key));
        for (var offset = 0; offset < 3; offset++)
        {
            // What the bytes beside it decide is left off at both ends.
            var text = Convert.ToBase64String([.. new byte[offset], .. key]);
            var begin = offset == 0 ? 0 : offset + 1;
            var end = (offset + key.Length) / 3 * 4;
            yield return ($"base64 at {offset}", Encoding.ASCII.GetBytes(text[begin..end]));
        }
    }
}
