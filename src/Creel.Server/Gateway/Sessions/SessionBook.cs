using System.Text.Json;
using Creel.Core;
using Creel.Core.Sessions;
using Creel.Server.Audits;

namespace Creel.Server.Gateway.Sessions;

/// <summary>The conversations of all agents: in memory for whoever asks, on disk before a change is answered.</summary>
internal sealed class SessionBook(
    ISessionStore store,
    ITranscripts transcripts,
    Func<SessionSettings> settings,
    AuditTrail audit,
    TimeProvider time
) : ISessions
{
    /// <summary>Bytes of a conversation that people read at once.</summary>
    private const int LongestHistory = 8 * 1024 * 1024;

    private readonly Readings readings = new(transcripts);
    private readonly Lock gate = new();
    private readonly Dictionary<string, SessionEntry> entries = new(StringComparer.Ordinal);

    /// <summary>Those that were deleted, with the revision that a new one must be newer than.</summary>
    private readonly Dictionary<string, SessionEntry> gone = new(StringComparer.Ordinal);

    /// <summary>Ends what runs and waits in a session before it begins anew or goes.</summary>
    public Func<string, string, CancellationToken, Task> QuietAsync { get; set; } = (_, _, _) => Task.CompletedTask;

    public void Restore(SessionsKept kept)
    {
        lock (gate)
        {
            foreach (var entry in kept.Sessions)
            {
                entries[entry.Key] = entry;
            }

            foreach (var entry in kept.Gone)
            {
                gone[entry.Key] = entry;
            }
        }
    }

    public IReadOnlyList<SessionEntry> List(AgentId? agent = null)
    {
        lock (gate)
        {
            return [.. entries.Values.Where(e => agent is null || e.Agent == agent).OrderByDescending(e => e.UpdatedAt)];
        }
    }

    public SessionEntry? Find(string key)
    {
        lock (gate)
        {
            if (entries.TryGetValue(key, out var entry))
            {
                return entry;
            }
        }

        try
        {
            var canonical = Canonical(key);
            lock (gate)
            {
                return entries.GetValueOrDefault(canonical);
            }
        }
        catch (CreelException)
        {
            return null;
        }
    }

    /// <summary>The habitat in force has no such agent: what it left is nobody's.</summary>
    public bool IsOver(AgentId agent) => settings().Find(agent) is null;

    /// <summary>A conversation, by its whole key, of an agent that is there no more; null: there is none.</summary>
    private (AgentId Agent, string Key)? Left(string key) =>
        Find(key) is { } entry && IsOver(entry.Agent) ? (entry.Agent, entry.Key) : null;

    public string Canonical(string key) => SessionKeyRules.Canonical(key, settings()).Key;

    public async ValueTask<SessionEntry> PatchAsync(
        string key,
        IReadOnlyList<SessionChange> changes,
        string by,
        CancellationToken cancel = default
    )
    {
        var (agent, canonical) = SessionKeyRules.Canonical(key, settings());
        var entry = await ChangeAsync(
            agent,
            canonical,
            (old, _) =>
                SessionFields.Apply(old, changes, entries.Values.Where(e => e.Agent == agent && e.Key != canonical)) with
                {
                    UpdatedAt = time.GetUtcNow(),
                },
            cancel
        );
        await RecordAsync(by, "session.change", entry, ("fields", string.Join(", ", changes.Select(c => c.Field))));
        return entry;
    }

    public async ValueTask<SessionEntry> ResetAsync(string key, string reason, string by, CancellationToken cancel = default)
    {
        var (agent, canonical) = SessionKeyRules.Canonical(key, settings());
        await QuietAsync(canonical, by, cancel);
        return await BeginAnewAsync(agent, canonical, reason, by, cancel);
    }

    /// <summary>The same from within its lane, where nothing else runs.</summary>
    public async ValueTask<SessionEntry> BeginAnewAsync(
        AgentId agent,
        string canonical,
        string reason,
        string by,
        CancellationToken cancel
    )
    {
        string? before = null;
        var entry = await ChangeAsync(
            agent,
            canonical,
            (old, there) =>
            {
                before = there ? old.SessionId : null;
                return Anew(old) with { UpdatedAt = time.GetUtcNow() };
            },
            cancel
        );
        if (before is not null)
        {
            PutAside(agent, before, "reset");
        }

        await RecordAsync(by, "session.reset", entry, ("reason", reason));
        return entry;
    }

    public async ValueTask<IReadOnlyList<string>?> DeleteAsync(
        string key,
        bool deleteTranscript,
        string by,
        CancellationToken cancel = default
    )
    {
        var (agent, canonical) = Left(key) ?? SessionKeyRules.Canonical(key, settings());
        if (!IsOver(agent) && canonical == SessionKeyRules.Main(agent, settings().Session.Keys))
        {
            throw new CreelException(
                Fault.Refused(
                    "main-session",
                    $"Cannot delete the main session ({canonical}).",
                    $"begin it anew: creel session reset {canonical}"
                )
            );
        }

        if (!IsOver(agent))
        {
            if (Find(canonical) is null)
            {
                return null;
            }

            await QuietAsync(canonical, by, cancel);
        }

        SessionEntry entry;
        lock (gate)
        {
            if (!entries.Remove(canonical, out var found))
            {
                return null;
            }

            gone[canonical] = entry = found with { Revision = found.Revision + 1 };
        }

        try
        {
            await store.WriteAsync(new SessionWrite([], [], [], [entry]), cancel);
        }
        catch
        {
            lock (gate)
            {
                // Nothing is forgotten that the disk still knows.
                entries.TryAdd(canonical, entry);
                gone.Remove(canonical);
            }

            throw;
        }

        var files = deleteTranscript ? PutAside(agent, entry.SessionId, "deleted") : [];
        await RecordAsync(by, "session.delete", entry, ("session", entry.SessionId));
        return files;
    }

    public async ValueTask<IReadOnlyList<JsonElement>> HistoryAsync(string key, int limit, CancellationToken cancel = default)
    {
        var (agent, canonical) = SessionKeyRules.Canonical(key, settings());
        return Find(canonical) is { } entry
            ? (await readings.ReadAsync(agent, entry.SessionId, Math.Clamp(limit, 1, 1000), LongestHistory, cancel)).Messages
            : [];
    }

    /// <summary>The same of a session that was found, of at most so many bytes.</summary>
    public Task<TranscriptPart> HistoryAsync(SessionEntry entry, int limit, int most, CancellationToken cancel) =>
        readings.ReadAsync(entry.Agent, entry.SessionId, limit, most, cancel);

    /// <summary>A turn starts: the session is there, fresh enough, and knows where the message came from.</summary>
    /// <returns>The session to write, and the conversation that is over, if one is.</returns>
    /// <param name="behalf">Of all whose text goes into it.</param>
    public (SessionEntry Entry, string? Before) Begin(TurnRequest request, TurnBehalf behalf)
    {
        var now = time.GetUtcNow();
        var rules = settings().Session;
        lock (gate)
        {
            var found = entries.GetValueOrDefault(request.SessionKey);
            var entry = found ?? New(request.Agent, request.SessionKey);
            string? before = null;

            // What the clock asks is no message: it neither keeps a conversation awake nor ends one.
            var heartbeat = request.From == Heartbeat;
            var why =
                found is null || heartbeat
                    ? null
                    : Resets.Due(
                        rules,
                        entry.Key,
                        request.Origin?.Channel,
                        entry.UpdatedAt,
                        now,
                        UserZone.Of(settings().UserTimezone, time.LocalTimeZone)
                    );
            if (why is not null)
            {
                before = entry.SessionId;
                entry = Anew(entry);
            }

            if (!heartbeat)
            {
                entry = entry with { UpdatedAt = now };
            }

            entry = entry.Heard(request.Origin, behalf);
            return (Put(entry), before);
        }
    }

    /// <summary>A message begins the conversation anew; it is written with the turn.</summary>
    public (SessionEntry Entry, string? Before) BeginAnew(TurnRequest request)
    {
        lock (gate)
        {
            var found = entries.GetValueOrDefault(request.SessionKey);
            var entry = Anew(found ?? New(request.Agent, request.SessionKey)) with { UpdatedAt = time.GetUtcNow() };
            return (Put(entry), found?.SessionId);
        }
    }

    /// <summary>What could not be written is not so, unless it is something else by now.</summary>
    public void Undo(SessionEntry entry, SessionEntry? old)
    {
        lock (gate)
        {
            if (entries.GetValueOrDefault(entry.Key) != entry)
            {
                return;
            }

            entries.Remove(entry.Key);
            if (old is not null)
            {
                entries.Add(old.Key, old);
            }
        }
    }

    /// <summary>A turn ended: what it used.</summary>
    /// <returns>The session to write; null where it has gone, or nothing is new.</returns>
    public SessionEntry? Finish(string key, string? startedAs, TurnOutcome outcome)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var entry) || entry.SessionId != startedAs)
            {
                return null;
            }

            var id = outcome.Said("sessionId") is { } said && SessionIds.IsValid(said) ? said : entry.SessionId;
            var next = entry with
            {
                SessionId = id,
                InputTokens = outcome.Usage("input") ?? entry.InputTokens,
                OutputTokens = outcome.Usage("output") ?? entry.OutputTokens,
                TotalTokens = outcome.Usage("total") ?? entry.TotalTokens,
            };
            return next == entry ? null : Put(next);
        }
    }

    /// <summary>Conversations that a cell's own index names, and that are not known here.</summary>
    /// <returns>Those that are new, to be written.</returns>
    public IReadOnlyList<SessionEntry> TakeUp(IEnumerable<SessionEntry> found)
    {
        var named = found.Select(e => e with { Key = SessionKeyRules.Canonical(e.Key, settings(), e.Agent).Key });
        lock (gate)
        {
            return
            [
                .. named
                    .DistinctBy(e => e.Key)
                    .Where(e => !entries.ContainsKey(e.Key) && gone.GetValueOrDefault(e.Key)?.SessionId != e.SessionId)
                    .Select(e => Put(e with { Revision = gone.GetValueOrDefault(e.Key)?.Revision ?? 0 })),
            ];
        }
    }

    /// <summary>A turn that began anew is on disk: what was before is put aside.</summary>
    public async ValueTask LeftAsync(SessionEntry entry, string before, string by)
    {
        PutAside(entry.Agent, before, "reset");
        await RecordAsync(by, "session.reset", entry, ("session", before));
    }

    /// <summary>Puts a transcript aside; one that can't be stays where it is, under an id that nobody uses any more.</summary>
    public IReadOnlyList<string> PutAside(AgentId agent, string sessionId, string reason)
    {
        try
        {
            return transcripts.PutAside(agent, sessionId, reason, time.GetUtcNow());
        }
        catch (CreelException)
        {
            return [];
        }
    }

    /// <summary>Who asks where the clock does.</summary>
    public const string Heartbeat = "heartbeat";

    private static SessionEntry Anew(SessionEntry old) =>
        old with
        {
            SessionId = Guid.NewGuid().ToString("D"),
            InputTokens = 0,
            OutputTokens = 0,
            TotalTokens = 0,
        };

    private SessionEntry New(AgentId agent, string key) =>
        new(key, agent, Guid.NewGuid().ToString("D"), time.GetUtcNow()) { Revision = gone.GetValueOrDefault(key)?.Revision ?? 0 };

    private SessionEntry Put(SessionEntry entry)
    {
        entry = entry with { Revision = entry.Revision + 1 };
        entries[entry.Key] = entry;
        return entry;
    }

    private async ValueTask<SessionEntry> ChangeAsync(
        AgentId agent,
        string key,
        Func<SessionEntry, bool, SessionEntry> change,
        CancellationToken cancel
    )
    {
        SessionEntry? old;
        SessionEntry entry;
        lock (gate)
        {
            old = entries.GetValueOrDefault(key);
            entry = Put(change(old ?? New(agent, key), old is not null));
        }

        try
        {
            await store.WriteAsync(SessionWrite.Of(entry), cancel);
            return entry;
        }
        catch
        {
            Undo(entry, old);
            throw;
        }
    }

    private ValueTask RecordAsync(string by, string action, SessionEntry entry, (string Name, string? Value) detail) =>
        audit.RecordAsync(by, action, $"agent:{entry.Agent}", "ok", AuditDetail.Of(("key", entry.Key), detail));
}
