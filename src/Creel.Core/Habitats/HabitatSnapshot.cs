namespace Creel.Core.Habitats;

/// <summary>A habitat as its files said it at one moment.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="LocalFile">The local file beside it, whether it exists or not.</param>
/// <param name="Revision">SHA-256 over the texts of all its files, in hexadecimal: changes when any of them does.</param>
/// <param name="Input">The texts; reading them again gives the same, whatever became of the files.</param>
/// <param name="Included">The texts of the included files by path; null for one that was named and is not there.</param>
public sealed record HabitatSnapshot(
    string File,
    string LocalFile,
    string Revision,
    HabitatReading Reading,
    HabitatInput Input,
    IReadOnlyDictionary<string, string?> Included
)
{
    /// <summary>Somebody else than who keeps the habitat could have written it, as a sentence; null: nobody could.</summary>
    public string? OtherHand { get; init; }
}
