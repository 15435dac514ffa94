using Creel.Core;

namespace Creel.Runtime.Journals;

/// <summary>
/// The memory of what has started. A start is written before the program exists, an end before it is sent; both survive a
/// kill of the runtime, so that no task starts twice and no result is lost on the way.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int Inline = 64 * 1024;
    private const long CompactAt = 4 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly string boot;
    private readonly JournalFile file;
    private readonly ResultFiles results;
    private readonly JournalTable table = new();
    private long compactAt = CompactAt;

    /// <exception cref="CreelException">The folder can't be written.</exception>
    public Journal(string folder, string boot, Func<string> newId)
    {
        this.boot = boot;
        file = new JournalFile(Path.Combine(folder, "journal"));
        results = new ResultFiles(Path.Combine(folder, "results"));
        try
        {
            results.Open();
            var content = file.Read(boot);
            Id = content.Id ?? newId();
            foreach (var line in content.Lines.Where(IsWhole))
            {
                table.Add(line);
            }

            file.Replace(Id, boot, table.Lines, keepOld: content.Id is null);
            results.KeepOnly(table.InFiles);
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
    public IReadOnlyList<string> Running
    {
        get
        {
            lock (gate)
            {
                return table.Running;
            }
        }
    }

    /// <summary>Ended, and not acknowledged.</summary>
    public IReadOnlyList<string> Finished
    {
        get
        {
            lock (gate)
            {
                return table.Finished;
            }
        }
    }

    public JournalKnowledge Knows(string id)
    {
        lock (gate)
        {
            return table.Knows(id);
        }
    }

    /// <summary>It ended only because the runtime did; a task that may run twice may start again.</summary>
    public bool IsInterrupted(string id)
    {
        lock (gate)
        {
            return table.Find(id) is { Interrupted: true };
        }
    }

    /// <exception cref="CreelException">It could not be written; the task must not start.</exception>
    public void Start(string id)
    {
        lock (gate)
        {
            Append(new JournalLine(JournalEvent.Start, id));
        }
    }

    /// <summary>Keeps a response until it is forgotten. False: only in memory, since the disk is full.</summary>
    public bool End(string id, byte[] body, bool interrupted = false)
    {
        var line = new JournalLine(JournalEvent.End, id, interrupted, body);
        lock (gate)
        {
            table.Add(line);
            try
            {
                if (body.Length > Inline)
                {
                    results.Write(id, body);
                    line = line with { Body = default };
                }

                Append(line);
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
            if (table.Find(id) is not { Body: { } body })
            {
                return null;
            }

            return !body.IsEmpty ? body : results.Read(id)?.AsMemory();
        }
    }

    /// <summary>The hub has the result. Of a running task nothing is forgotten.</summary>
    public void Forget(string id)
    {
        lock (gate)
        {
            if (table.Find(id) is not { Body: { } body } entry)
            {
                return;
            }

            var line = new JournalLine(JournalEvent.Forget, id, entry.Interrupted);
            table.Add(line);
            try
            {
                Append(line);
                if (body.IsEmpty)
                {
                    results.Delete(id);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CreelException)
            {
                // The worst that follows is that the hub is sent the same result again, and says so again.
            }
        }
    }

    public void Dispose() => file.Dispose();

    private bool IsWhole(JournalLine line) => line.Event != JournalEvent.End || !line.Body.IsEmpty || results.Has(line.Id);

    private void Append(JournalLine line)
    {
        file.Append(line);
        table.Add(line);
        if (file.Length >= compactAt)
        {
            Compact();
        }
    }

    private void Compact()
    {
        try
        {
            file.Replace(Id, boot, table.Lines, keepOld: false);
        }
        catch (IOException)
        {
            // No room for a second file: the long one serves.
        }

        compactAt = Math.Max(CompactAt, file.Length * 2);
    }
}
