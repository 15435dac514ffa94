namespace Creel.Core.Rendering;

/// <summary>What happens to one file of an output folder.</summary>
/// <param name="Before">As it is there; null: it is not.</param>
/// <param name="After">As it shall be; null: it goes, or stays as somebody else's.</param>
public sealed record FileChange(string Path, FileAct Act, FoundFile? Before, OutputFile? After);

public enum FileAct
{
    Same,
    Add,
    Replace,

    /// <summary>It was ours, and nobody wants it any more.</summary>
    Remove,

    /// <summary>It was ours once, nobody wants it any more, and somebody has changed it since: it stays.</summary>
    Leave,
}
