namespace Creel.Runtime.Work;

/// <summary>A program that a task runs.</summary>
/// <param name="Arguments">The whole vector.</param>
/// <param name="Shown">How messages name it.</param>
/// <param name="Variables">On top of the task's own.</param>
/// <param name="Input">What it reads; null: nothing.</param>
internal sealed record ProgramCall(
    IReadOnlyList<string> Arguments,
    string Folder,
    string Shown,
    IReadOnlyDictionary<string, string>? Variables = null,
    ReadOnlyMemory<byte>? Input = null
)
{
    /// <summary>A command line as its user wrote it, for the cell's shell.</summary>
    public static ProgramCall Shell(string command, string folder) => new(["/bin/sh", "-c", command], folder, command);
}
