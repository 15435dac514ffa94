namespace Creel.Core.Habitats;

/// <summary>A host folder that every cell sees at the same path.</summary>
public sealed record SharedPath(string Path, bool Writable);
