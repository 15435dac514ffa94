namespace Creel.Adapters.Linux;

/// <summary>Lines for <c>mount --all --fstab</c> (fstab(5)): one process for all mounts of a cell.</summary>
internal static class MountLine
{
    public static string Bind(string from, string to) => $"{Escape(from)} {Escape(to)} none bind 0 0";

    /// <summary>Binds at a place that is made, below an empty file system of this cell's own.</summary>
    public static string BindMaking(string from, string to) => $"{Escape(from)} {Escape(to)} none bind,X-mount.mkdir 0 0";

    /// <summary>An empty file system in front of what the cell's user may not see anyway; it may pass through it.</summary>
    public static string Cover(string at) => $"creel {Escape(at)} tmpfs mode=0711,size=1m 0 0";

    private static string Escape(string path) =>
        path.Replace("\\", "\\134", StringComparison.Ordinal)
            .Replace(" ", "\\040", StringComparison.Ordinal)
            .Replace("\t", "\\011", StringComparison.Ordinal)
            .Replace("\n", "\\012", StringComparison.Ordinal)
            .Replace("#", "\\043", StringComparison.Ordinal);
}
