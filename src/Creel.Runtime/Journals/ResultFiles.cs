using System.Globalization;
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

    private string PathOf(string id) => Path.Combine(folder, Name(id));

    /// <summary>
    /// Any id as a file's name: FNV-1a of 128 bits. Ids are the hub's, so nobody seeks two that are alike; and .NET's own
    /// hashes need OpenSSL, which an image need not have.
    /// </summary>
    private static string Name(string id)
    {
        var prime = new UInt128(0x0000000001000000, 0x000000000000013B);
        var hash = new UInt128(0x6c62272e07bb0142, 0x62b821756295c58d);
        foreach (var b in Encoding.UTF8.GetBytes(id))
        {
            hash = unchecked((hash ^ b) * prime);
        }

        return hash.ToString("x32", CultureInfo.InvariantCulture);
    }
}
