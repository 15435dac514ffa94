using System.Text.Json;
using Creel.Core;
using Creel.Core.Sessions;
using Creel.Server.Audits;

namespace Creel.Server.Gateway.Sessions;

/// <summary>The conversations of all agents: a change is on disk before it is answered.</summary>
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

    /// <summary>Who asks where the clock does.</summary>
    public const string Heartbeat = "heartbeat";

    /// <summary>What is in memory.</summary>
    public SessionShelf Shelf { get; } = new(settings, time);

    /// <summary>Ends what runs and waits in a session before it begins anew or goes.</summary>
    public Func<string, string, CancellationToken, Task> QuietAsync { get; set; } = (_, _, _) => Task.CompletedTask;

    public IReadOnlyList<SessionEntry> List(AgentId? agent = null) => Shelf.List(agent);

    public SessionEntry? Find(string key)
    {
        if (Shelf.Find(key) is { } entry)
        {
            return entry;
        }

        try
        {
            return Shelf.Find(Canonical(key));
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
            (old, _, others) => SessionFields.Apply(old, changes, others) with { UpdatedAt = time.GetUtcNow() },
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
    private async ValueTask<SessionEntry> BeginAnewAsync(
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
            (old, there, _) =>
            {
                before = there ? old.SessionId : null;
                return SessionShelf.Anew(old) with { UpdatedAt = time.GetUtcNow() };
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

        if (Shelf.Remove(canonical) is not { } entry)
        {
            return null;
        }

        try
        {
            await store.WriteAsync(new SessionWrite([], [], [], [entry]), cancel);
        }
        catch
        {
            Shelf.Return(entry);
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

    /// <summary>A turn that began anew is on disk: what was before is put aside.</summary>
    public async ValueTask LeftAsync(SessionEntry entry, string before, string by)
    {
        PutAside(entry.Agent, before, "reset");
        await RecordAsync(by, "session.reset", entry, ("session", before));
    }

    /// <summary>Puts a transcript aside; one that can't be stays where it is, under an id that nobody uses any more.</summary>
    private IReadOnlyList<string> PutAside(AgentId agent, string sessionId, string reason)
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

    private async ValueTask<SessionEntry> ChangeAsync(
        AgentId agent,
        string key,
        Func<SessionEntry, bool, IEnumerable<SessionEntry>, SessionEntry> change,
        CancellationToken cancel
    )
    {
        var (old, entry) = Shelf.Change(agent, key, change);
        try
        {
            await store.WriteAsync(SessionWrite.Of(entry), cancel);
            return entry;
        }
        catch
        {
            Shelf.Undo(entry, old);
            throw;
        }
    }

    private ValueTask RecordAsync(string by, string action, SessionEntry entry, (string Name, string? Value) detail) =>
        audit.RecordAsync(by, action, $"agent:{entry.Agent}", "ok", AuditDetail.Of(("key", entry.Key), detail));
}
