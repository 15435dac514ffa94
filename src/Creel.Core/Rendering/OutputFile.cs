namespace Creel.Core.Rendering;

/// <summary>A file that shall be in an output folder.</summary>
/// <param name="Path">Below the folder, parts separated by '/'; never absolute, never with <c>..</c>.</param>
/// <param name="Mode">The permission bits, as in octal 600.</param>
public sealed record OutputFile(string Path, string Text, UnixFileMode Mode)
{
    /// <summary>0644.</summary>
    public const UnixFileMode Open = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>0600: it holds a secret, or may come to hold one.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
