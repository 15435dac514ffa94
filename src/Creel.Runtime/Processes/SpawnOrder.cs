namespace Creel.Runtime.Processes;

/// <summary>A program to start, in a session and process group of its own.</summary>
/// <param name="Arguments">
/// The whole vector; the first is the program, searched in the PATH of <paramref name="Environment"/>.
/// </param>
/// <param name="Folder">An absolute path.</param>
internal sealed record SpawnOrder(
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string Folder,
    SpawnInput Input = SpawnInput.Nothing,
    bool MergeErrors = false
);

internal enum SpawnInput
{
    /// <summary>/dev/null.</summary>
    Nothing,
    Pipe,
}
