using Creel.Core.Isolation;

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

    /// <summary>Made once: what is there already, be it changed since, stays as it is.</summary>
    public bool Once { get; init; }

    /// <summary>Who shall own it; null: whoever writes it.</summary>
    public CellUser? Owner { get; init; }
}
