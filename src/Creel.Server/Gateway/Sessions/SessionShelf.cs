using Creel.Core;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Sessions;

/// <summary>The conversations of all agents as they are in memory. What is changed here is to be written by whoever changes it, or undone.</summary>
internal sealed class SessionShelf(Func<SessionSettings> settings, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SessionEntry> entries = new(StringComparer.Ordinal);

    /// <summary>Those that were deleted, with the revision that a new one must be newer than.</summary>
    private readonly Dictionary<string, SessionEntry> gone = new(StringComparer.Ordinal);

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

    /// <summary>By its canonical key.</summary>
    public SessionEntry? Find(string key)
    {
        lock (gate)
        {
            return entries.GetValueOrDefault(key);
        }
    }

    /// <summary>Changes one, or makes it.</summary>
    /// <param name="change">Given it as it is or would begin, whether it is there, and the agent's others.</param>
    /// <returns>As it was, null where there was none; and as it is now.</returns>
    public (SessionEntry? Old, SessionEntry Entry) Change(
        AgentId agent,
        string key,
        Func<SessionEntry, bool, IEnumerable<SessionEntry>, SessionEntry> change
    )
    {
        lock (gate)
        {
            var old = entries.GetValueOrDefault(key);
            var others = entries.Values.Where(e => e.Agent == agent && e.Key != key);
            return (old, Put(change(old ?? New(agent, key), old is not null, others)));
        }
    }

    /// <returns>What is to be written; null: there is none.</returns>
    public SessionEntry? Remove(string key)
    {
        lock (gate)
        {
            return entries.Remove(key, out var found) ? gone[key] = found with { Revision = found.Revision + 1 } : null;
        }
    }

    /// <summary>Nothing is forgotten that the disk still knows.</summary>
    public void Return(SessionEntry removed)
    {
        lock (gate)
        {
            entries.TryAdd(removed.Key, removed);
            gone.Remove(removed.Key);
        }
    }

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
            var heartbeat = request.From == SessionBook.Heartbeat;
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

    /// <summary>The same conversation with nothing said in it.</summary>
    public static SessionEntry Anew(SessionEntry old) =>
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
}
