using Creel.Adapters.Linux;

namespace Creel.Adapters.Files;

/// <summary>
/// Who else could write a habitat's files. They count as its keeper's as long as the main file's owner, root and we ourselves alone can change
/// them.
/// </summary>
internal static class OtherHands
{
    private const uint WritableByAll = 0x2;
    private const uint Sticky = 0x200;

    /// <param name="main">The main file; a link is followed, and the folder where it really is is looked at too.</param>
    /// <param name="others">The local file and what is included; those that there are.</param>
    /// <returns>A sentence; null: nobody could.</returns>
    public static string? Of(string main, IEnumerable<string> others)
    {
        if (!OperatingSystem.IsLinux() || FileFacts.Of(main) is not { } facts)
        {
            return null;
        }

        var keepers = new HashSet<uint> { 0, (uint)UnixUser.Current.Uid, facts.Uid };
        string?[] files = [main, .. others];
        foreach (var file in files.OfType<string>())
        {
            if (FileFacts.Of(file) is { } one && (!keepers.Contains(one.Uid) || (one.Mode & WritableByAll) != 0))
            {
                return $"{file} can be written by others than its keeper (owner {one.Uid}, mode {Octal(one.Mode)})";
            }
        }

        string?[] folders = [Path.GetDirectoryName(Path.GetFullPath(main)), Path.GetDirectoryName(RealPath.Of(main))];
        foreach (var folder in folders.OfType<string>().Distinct())
        {
            // In a sticky folder nobody replaces what is another one's.
            if (
                FileFacts.Of(folder) is { } one
                && (!keepers.Contains(one.Uid) || ((one.Mode & WritableByAll) != 0 && (one.Mode & Sticky) == 0))
            )
            {
                return $"in {folder} others than its keeper can replace it (owner {one.Uid}, mode {Octal(one.Mode)})";
            }
        }

        return null;
    }

    private static string Octal(uint mode) => Convert.ToString(mode & 0xfff, 8);
}
