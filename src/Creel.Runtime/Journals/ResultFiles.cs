using System.Security.Cryptography;
using System.Text;

namespace Creel.Runtime.Journals;

/// <summary>The responses that are too long for a line of the journal, one file each.</summary>
internal sealed class ResultFiles(string folder)
{
    /// <exception cref="IOException">The folder can't be made.</exception>
    public void Open() => OwnFile.MakeFolder(folder);

    public bool Has(string id) => File.Exists(PathOf(id));

    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(string id, ReadOnlySpan<byte> body) => OwnFile.Write(PathOf(id), body);

    /// <summary>Null where there is none, or something else.</summary>
    public byte[]? Read(string id)
    {
        try
        {
            return OwnFile.Read(PathOf(id), Array.MaxLength);
        }
        catch (IOException)
        {
            // A task has put something else in its place.
            return null;
        }
    }

    public void Delete(string id) => File.Delete(PathOf(id));

    /// <summary>Deletes what belongs to no task of these: a kill came between a file and its line.</summary>
    public void KeepOnly(IEnumerable<string> ids)
    {
        var wanted = ids.Select(PathOf).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => !wanted.Contains(path)))
        {
            // Files and links themselves; a folder that a task put there is none of ours.
            File.Delete(path);
        }
    }

    private string PathOf(string id) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16)));
}
