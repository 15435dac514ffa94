using Creel.Core.Habitats;

namespace Creel.Adapters.Files;

/// <summary>A habitat as its files said it at one moment.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="LocalFile">The local file beside it, whether it exists or not.</param>
/// <param name="Revision">SHA-256 over the texts of all its files, in hexadecimal: changes when any of them does.</param>
public sealed record HabitatSnapshot(string File, string LocalFile, string Revision, HabitatReading Reading);
