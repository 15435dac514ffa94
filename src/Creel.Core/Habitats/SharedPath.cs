namespace Creel.Core.Habitats;

/// <summary>A host folder that cells see, at the same path as a rule.</summary>
public sealed record SharedPath(string Path, bool Writable)
{
    /// <summary>Another path, in the cell; null: the same.</summary>
    public string? At { get; init; }
}
