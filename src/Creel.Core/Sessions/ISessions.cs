using System.Text.Json;

namespace Creel.Core.Sessions;

/// <summary>The conversations of all agents: what is known of them, and their words.</summary>
public interface ISessions
{
    /// <summary>Newest first.</summary>
    IReadOnlyList<SessionEntry> List(AgentId? agent = null);

    /// <summary>By its key or by an alias of it (<c>main</c>, another spelling of the main key); null where there is none.</summary>
    SessionEntry? Find(string key);

    /// <summary>The canonical key of what somebody wrote, be there a session or not.</summary>
    /// <exception cref="CreelException">It names no agent that there is, or is no key.</exception>
    string Canonical(string key);

    /// <summary>Changes fields, and makes the session where it is missing.</summary>
    /// <exception cref="CreelException">A label that another one has, a wrong value, an unknown field, an unknown agent.</exception>
    ValueTask<SessionEntry> PatchAsync(
        string key,
        IReadOnlyList<SessionChange> changes,
        string by,
        CancellationToken cancel = default
    );

    /// <summary>Begins the conversation anew: another session id; label, levels and last channel stay. Makes it where it is missing.</summary>
    ValueTask<SessionEntry> ResetAsync(string key, string reason, string by, CancellationToken cancel = default);

    /// <summary>Forgets it.</summary>
    /// <param name="deleteTranscript">What was said is put aside under another name; else it stays where it is.</param>
    /// <returns>The files that were put aside; null where there was no such session.</returns>
    ValueTask<IReadOnlyList<string>?> DeleteAsync(
        string key,
        bool deleteTranscript,
        string by,
        CancellationToken cancel = default
    );

    /// <summary>The last messages as the transcript has them, oldest first; empty where nothing was said.</summary>
    /// <param name="limit">1 to 1000.</param>
    ValueTask<IReadOnlyList<JsonElement>> HistoryAsync(string key, int limit, CancellationToken cancel = default);
}
