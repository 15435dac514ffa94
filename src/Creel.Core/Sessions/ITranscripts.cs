namespace Creel.Core.Sessions;

/// <summary>What the cells wrote of their conversations: theirs to write, the host's to read and to put aside.</summary>
public interface ITranscripts
{
    /// <summary>The conversations that an agent's own index names; empty where it has none.</summary>
    /// <param name="trouble">Is told once of what can't be read, a sentence each.</param>
    IReadOnlyList<SessionEntry> Index(AgentId agent, Action<string> trouble);

    /// <summary>The last messages; a last line that is torn is left out.</summary>
    /// <param name="limit">Messages, at most.</param>
    /// <param name="most">Bytes of them, at most; one that has more than a quarter of these is left out.</param>
    TranscriptPart Tail(AgentId agent, string sessionId, int limit, int most);

    /// <summary>Puts a transcript aside under another name, in its folder.</summary>
    /// <param name="reason">A word for the name: <c>reset</c> or <c>deleted</c>.</param>
    /// <returns>The names that it has now; empty where there was none.</returns>
    /// <exception cref="CreelException">It can't be put aside.</exception>
    IReadOnlyList<string> PutAside(AgentId agent, string sessionId, string reason, DateTimeOffset at);
}
