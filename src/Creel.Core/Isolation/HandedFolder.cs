namespace Creel.Core.Isolation;

/// <summary>A host folder that a habitat gives to a cell.</summary>
/// <param name="Use"><c>workspace of homer</c>, <c>shared</c> or <c>openclaw</c>.</param>
public sealed record HandedFolder(string Path, bool Writable, string Use);
