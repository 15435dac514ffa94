using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Tests.Gateway.Protocol.World;

/// <summary>Conversations in memory, without words.</summary>
internal sealed class MemorySessions(Func<HabitatModel> habitat) : ISessions
{
    private readonly Dictionary<string, SessionEntry> all = [];
    private long clock;

    public IReadOnlyList<SessionEntry> List(AgentId? agent = null)
    {
        lock (all)
        {
            return [.. all.Values.Where(s => agent is null || s.Agent == agent).OrderByDescending(s => s.UpdatedAt)];
        }
    }

    public SessionEntry? Find(string key)
    {
        lock (all)
        {
            return all.GetValueOrDefault(Canonical(key));
        }
    }

    public string Canonical(string key)
    {
        key = key.Trim();
        if (key == "main")
        {
            key = $"agent:{habitat().Agents[0].Id}:main";
        }

        return
            SessionKeyText.Parse(key) is { } parsed
            && AgentId.TryParse(parsed.Agent, out var id)
            && habitat().Find(id) is not null
            ? key.ToLowerInvariant()
            : throw new CreelException(Fault.NotFound("agent", $"'{key}' names no agent that there is"));
    }

    public ValueTask<SessionEntry> PatchAsync(
        string key,
        IReadOnlyList<SessionChange> changes,
        string by,
        CancellationToken cancel = default
    )
    {
        lock (all)
        {
            var entry = Get(key);
            foreach (var change in changes)
            {
                entry = change switch
                {
                    { Field: "label", Value: { } label } when all.Values.Any(s => s.Key != entry.Key && s.Label == label) =>
                        throw new CreelException(Fault.Invalid("label", $"label already in use: {label}")),
                    { Field: "label" } => entry with { Label = change.Value },
                    { Field: "model" } => entry with { Model = change.Value },
                    { Field: "thinkingLevel", Value: not (null or "off" or "minimal" or "low" or "medium" or "high") } =>
                        throw new CreelException(
                            Fault.Invalid("level", "invalid thinkingLevel (use off|minimal|low|medium|high)")
                        ),
                    { Field: "thinkingLevel" } => entry with { ThinkingLevel = change.Value },
                    { Field: "sendPolicy" } => entry with { SendPolicy = change.Value },
                    _ => entry,
                };
            }

            return ValueTask.FromResult(Put(entry));
        }
    }

    public ValueTask<SessionEntry> ResetAsync(string key, string reason, string by, CancellationToken cancel = default)
    {
        lock (all)
        {
            return ValueTask.FromResult(Put(Get(key) with { SessionId = Guid.NewGuid().ToString() }));
        }
    }

    public ValueTask<IReadOnlyList<string>?> DeleteAsync(
        string key,
        bool deleteTranscript,
        string by,
        CancellationToken cancel = default
    )
    {
        lock (all)
        {
            return ValueTask.FromResult<IReadOnlyList<string>?>(all.Remove(Canonical(key)) ? [] : null);
        }
    }

    /// <summary>Who reads a history waits for it.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public int MostReading { get; private set; }

    private int reading;

    public async ValueTask<IReadOnlyList<JsonElement>> HistoryAsync(string key, int limit, CancellationToken cancel = default)
    {
        MostReading = Math.Max(MostReading, Interlocked.Increment(ref reading));
        await Hold;
        Interlocked.Decrement(ref reading);
        return [];
    }

    private SessionEntry Get(string key)
    {
        var canonical = Canonical(key);
        return all.GetValueOrDefault(canonical)
            ?? new SessionEntry(
                canonical,
                AgentId.Parse(SessionKeyText.Parse(canonical)!.Agent),
                Guid.NewGuid().ToString(),
                DateTimeOffset.UnixEpoch
            );
    }

    private SessionEntry Put(SessionEntry entry) =>
        all[entry.Key] = entry with { UpdatedAt = DateTimeOffset.UnixEpoch.AddSeconds(++clock) };
}
