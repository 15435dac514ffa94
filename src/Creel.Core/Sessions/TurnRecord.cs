using Creel.Core.Work;

namespace Creel.Core.Sessions;

/// <summary>A turn as it is kept.</summary>
/// <param name="Order">Grows with each turn that was accepted.</param>
/// <param name="Request">Null where it is over: its words are the transcript's then.</param>
public sealed record TurnRecord(long Order, string RunId, AgentId Agent, string SessionKey, TurnRequest? Request)
{
    public required DateTimeOffset AcceptedAt { get; init; }

    public TurnState State { get; init; } = TurnState.Waiting;

    /// <summary>The task that it is, chosen before it is given to the agent; null while it waits.</summary>
    public TaskId? Task { get; init; }

    /// <summary>The conversation's id when it started.</summary>
    public string? SessionId { get; init; }

    /// <summary>The turn that its text went into, or, while it waits, the running one that was told of it; null: it is one of its own.</summary>
    public string? Into { get; init; }

    /// <summary>Only a line of it was told, or will be.</summary>
    public bool Brief { get; init; }

    /// <summary>Who asked for its end while it was running.</summary>
    public string? AbortBy { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null: it is not over.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>An answer that no task gave: what the gateway itself said.</summary>
    public string? Text { get; init; }

    public string? Error { get; init; }

    /// <summary>Why there is no answer; in memory alone, since its task says it again.</summary>
    public TurnTrouble Trouble { get; init; }
}
