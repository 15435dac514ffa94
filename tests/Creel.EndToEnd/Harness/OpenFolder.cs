namespace Creel.EndToEnd.Harness;

/// <summary>A folder that is open to everybody, with a file that is: what a cell may not do in it, only the cell keeps it from.</summary>
public sealed class OpenFolder : IDisposable
{
    private const UnixFileMode All = (UnixFileMode)0x1FF;

    /// <param name="parent">Null: the folder for temporary ones.</param>
    public OpenFolder(string? parent = null)
    {
        Path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"creel-shared-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
        var file = System.IO.Path.Combine(Path, "open");
        File.WriteAllText(file, "for all\n");
        File.SetUnixFileMode(file, All & (UnixFileMode)0x1B6);
        File.SetUnixFileMode(Path, All);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
