using System.Security.Cryptography;
using System.Text;
using Creel.Core;

namespace Creel.Runtime.Journals;

/// <summary>
/// The memory of what has started. A start is written before the program exists, an end before it is sent; both survive a
/// kill of the runtime, so that no task starts twice and no result is lost on the way.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int Inline = 64 * 1024;
    private const int Remembered = 10_000;
    private const long CompactAt = 4 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly string results;
    private readonly string boot;
    private readonly JournalFile file;
    private readonly RecentIds forgotten = new(Remembered);
    private readonly Dictionary<string, Entry> entries = [];
    private long compactAt = CompactAt;

    /// <param name="Body">Null: running. Empty: in a file of its own.</param>
    private sealed record Entry(ReadOnlyMemory<byte>? Body, bool Interrupted);

    /// <exception cref="CreelException">The folder can't be written.</exception>
    public Journal(string folder, string boot, Func<string> newId)
    {
        this.boot = boot;
        results = Path.Combine(folder, "results");
        file = new JournalFile(Path.Combine(folder, "journal"));
        try
        {
            OwnFile.MakeFolder(results);
            var content = file.Read(boot);
            Id = content.Id ?? newId();
            foreach (var line in content.Lines)
            {
                Replay(line);
            }

            file.Replace(Id, boot, Lines(), keepOld: content.Id is null);
            Tidy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "journal",
                    $"The journal in {folder} can't be read or written: {e.Message}",
                    "Check the folder's owner and its disk"
                ),
                e
            );
        }
    }

    /// <summary>A new one after a damaged journal, or another boot of the machine.</summary>
    public string Id { get; }

    /// <summary>Started, and not ended.</summary>
    public IReadOnlyList<string> Running => Where(e => e.Body is null);

    /// <summary>Ended, and not acknowledged.</summary>
    public IReadOnlyList<string> Finished => Where(e => e.Body is not null);

    public JournalKnowledge Knows(string id)
    {
        lock (gate)
        {
            return entries.TryGetValue(id, out var entry)
                ? entry.Body is null
                    ? JournalKnowledge.Running
                    : JournalKnowledge.Finished
                : forgotten.Contains(id)
                    ? JournalKnowledge.Forgotten
                    : JournalKnowledge.Nothing;
        }
    }

    /// <summary>It ended only because the runtime did; a task that may run twice may start again.</summary>
    public bool IsInterrupted(string id)
    {
        lock (gate)
        {
            return entries.TryGetValue(id, out var entry) && entry.Interrupted;
        }
    }

    /// <exception cref="CreelException">It could not be written; the task must not start.</exception>
    public void Start(string id)
    {
        lock (gate)
        {
            file.Append(new JournalLine(JournalEvent.Start, id));
            entries[id] = new Entry(null, false);
            CompactIfBig();
        }
    }

    /// <summary>Keeps a response until it is forgotten. False: only in memory, since the disk is full.</summary>
    public bool End(string id, byte[] body, bool interrupted = false)
    {
        lock (gate)
        {
            entries[id] = new Entry(body, interrupted);
            try
            {
                var large = body.Length > Inline;
                if (large)
                {
                    OwnFile.Write(ResultFile(id), body);
                }

                file.Append(new JournalLine(JournalEvent.End, id, interrupted, large ? default : body));
                entries[id] = new Entry(large ? default(ReadOnlyMemory<byte>) : body, interrupted);
                CompactIfBig();
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CreelException)
            {
                return false;
            }
        }
    }

    /// <summary>The response of an ended task; null where there is none, or none any more.</summary>
    public ReadOnlyMemory<byte>? Result(string id)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(id, out var entry) || entry.Body is not { } body)
            {
                return null;
            }

            try
            {
                return body.IsEmpty ? OwnFile.Read(ResultFile(id), Array.MaxLength) : body;
            }
            catch (IOException)
            {
                // A task has put something else in its place.
                return null;
            }
        }
    }

    /// <summary>The hub has the result. Of a running task nothing is forgotten.</summary>
    public void Forget(string id)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(id, out var entry) || entry.Body is not { } body)
            {
                return;
            }

            entries.Remove(id);
            if (!entry.Interrupted)
            {
                forgotten.Add(id);
            }

            try
            {
                file.Append(new JournalLine(JournalEvent.Forget, id, entry.Interrupted));
                if (body.IsEmpty)
                {
                    File.Delete(ResultFile(id));
                }

                CompactIfBig();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CreelException)
            {
                // The worst that follows is that the hub is sent the same result again, and says so again.
            }
        }
    }

    public void Dispose() => file.Dispose();

    private void Replay(JournalLine line)
    {
        switch (line.Event)
        {
            case JournalEvent.Start:
                entries[line.Id] = new Entry(null, false);
                break;
            case JournalEvent.End when !line.Body.IsEmpty || File.Exists(ResultFile(line.Id)):
                entries[line.Id] = new Entry(line.Body, line.Interrupted);
                break;
            case JournalEvent.Forget:
                entries.Remove(line.Id);
                if (!line.Interrupted)
                {
                    forgotten.Add(line.Id);
                }

                break;
        }
    }

    private IEnumerable<JournalLine> Lines()
    {
        foreach (var id in forgotten.All)
        {
            yield return new JournalLine(JournalEvent.Forget, id);
        }

        foreach (var (id, entry) in entries)
        {
            yield return entry.Body is { } body
                ? new JournalLine(JournalEvent.End, id, entry.Interrupted, body)
                : new JournalLine(JournalEvent.Start, id);
        }
    }

    private void CompactIfBig()
    {
        if (file.Length < compactAt)
        {
            return;
        }

        try
        {
            file.Replace(Id, boot, Lines(), keepOld: false);
        }
        catch (IOException)
        {
            // No room for a second file: the long one serves.
        }

        compactAt = Math.Max(CompactAt, file.Length * 2);
    }

    private void Tidy()
    {
        var wanted = entries.Where(e => e.Value.Body is { IsEmpty: true }).Select(e => ResultFile(e.Key)).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(results).Where(path => !wanted.Contains(path)))
        {
            // Files and links themselves; a folder that a task put there is none of ours.
            File.Delete(path);
        }
    }

    private IReadOnlyList<string> Where(Func<Entry, bool> filter)
    {
        lock (gate)
        {
            return [.. entries.Where(e => filter(e.Value)).Select(e => e.Key)];
        }
    }

    private string ResultFile(string id) =>
        Path.Combine(results, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16)));
}

internal enum JournalKnowledge
{
    Nothing,
    Running,
    Finished,

    /// <summary>Ended and acknowledged, not long ago.</summary>
    Forgotten,
}
