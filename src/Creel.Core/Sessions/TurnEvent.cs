using System.Text.Json;

namespace Creel.Core.Sessions;

/// <summary>Something that happened in a turn, as it happens.</summary>
/// <param name="Sequence">From 1, without gaps within the turn.</param>
public abstract record TurnEvent(string RunId, AgentId Agent, string SessionKey, long Sequence);

/// <summary>The turn left its lane and was given to the agent.</summary>
public sealed record TurnStarted(string RunId, AgentId Agent, string SessionKey, long Sequence)
    : TurnEvent(RunId, Agent, SessionKey, Sequence);

/// <summary>More of the answer.</summary>
/// <param name="Text">All of the answer so far.</param>
/// <param name="Delta">What is new in it; empty where <paramref name="Text"/> replaces what was said.</param>
public sealed record TurnText(string RunId, AgentId Agent, string SessionKey, long Sequence, string Text, string Delta)
    : TurnEvent(RunId, Agent, SessionKey, Sequence);

/// <summary>The brain uses a tool: its own line, as it said it.</summary>
public sealed record TurnTool(string RunId, AgentId Agent, string SessionKey, long Sequence, JsonElement Data)
    : TurnEvent(RunId, Agent, SessionKey, Sequence);

/// <summary>The last event of a turn.</summary>
public sealed record TurnEnded(string RunId, AgentId Agent, string SessionKey, long Sequence, TurnView View)
    : TurnEvent(RunId, Agent, SessionKey, Sequence);
