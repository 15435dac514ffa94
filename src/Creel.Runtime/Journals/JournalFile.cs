using System.Text;
using Creel.Core;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime.Journals;

/// <summary>
/// The journal's file: a header, then lines, only ever added. What has been written survives the death of this process, not
/// that of the machine; hence the boot id in the header.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private const string Magic = "creel-journal 1";
    private const long Largest = 256 * 1024 * 1024;
    private readonly string path;
    private SafeFileHandle? handle;

    public JournalFile(string path) => this.path = path;

    public long Length { get; private set; }

    /// <summary>What the file says; null id where there is none, or none of this boot.</summary>
    /// <param name="Damaged">A line in the middle does not hold. A torn last one is normal, after a kill.</param>
    public sealed record Content(string? Id, IReadOnlyList<JournalLine> Lines, bool Damaged);

    public Content Read(string boot)
    {
        ReadOnlyMemory<byte> rest;
        try
        {
            if (OwnFile.Read(path, Largest) is not { } bytes)
            {
                return new Content(null, [], false);
            }

            rest = bytes;
        }
        catch (IOException)
        {
            // A task has put something else in its place: as good as damaged.
            return new Content(null, [], true);
        }

        var header = NextLine(ref rest);
        var words = header is { } text ? Encoding.UTF8.GetString(text.Span).Split(' ') : [];
        var known = words.Length == 4 && $"{words[0]} {words[1]}" == Magic;
        var lines = new List<JournalLine>();
        var damaged = !known;
        while (known && NextLine(ref rest) is { } line)
        {
            if (JournalLine.Read(line) is { } whole)
            {
                lines.Add(whole);
            }
            else
            {
                damaged = true;
            }
        }

        return new Content(known && words[3] == boot && !damaged ? words[2] : null, lines, damaged);
    }

    /// <summary>Puts a new file in the place of the old one, whole or not at all.</summary>
    /// <param name="keepOld">The old one stays beside it as <c>.old</c>.</param>
    public void Replace(string id, string boot, IEnumerable<JournalLine> lines, bool keepOld)
    {
        var next = path + ".new";
        using (var stream = new FileStream(OwnFile.Create(next), FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes($"{Magic} {id} {boot}\n"));
            foreach (var line in lines)
            {
                stream.Write(line.ToBytes());
            }

            Length = stream.Length;
        }

        if (keepOld && (File.Exists(path) || Directory.Exists(path)))
        {
            OwnFile.Move(path, path + ".old");
        }

        OwnFile.Move(next, path);
        handle?.Dispose();
        handle = OwnFile.Open(path, OwnFile.WriteOnly) ?? throw new IOException($"{path} is gone again");
    }

    /// <exception cref="CreelException">The line could not be written whole; nothing of it is left in the file.</exception>
    public void Append(JournalLine line)
    {
        var bytes = line.ToBytes();
        try
        {
            RandomAccess.Write(handle!, bytes, Length);
            Length += bytes.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TakeBack();
            throw new CreelException(
                Fault.Unavailable(
                    "journal",
                    $"The cell's disk is full or can't be written: {e.Message}",
                    "Free space in the cell's state folder"
                ),
                e
            );
        }
    }

    public void Dispose() => handle?.Dispose();

    private void TakeBack()
    {
        try
        {
            RandomAccess.SetLength(handle!, Length);
        }
        catch (IOException)
        {
            // The next line overwrites the half one, since it goes to the same place.
        }
    }

    private static ReadOnlyMemory<byte>? NextLine(ref ReadOnlyMemory<byte> rest)
    {
        var end = rest.Span.IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        var line = rest[..end];
        rest = rest[(end + 1)..];
        return line;
    }
}
