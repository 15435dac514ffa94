namespace Creel.Core.Work;

/// <summary>One unit of work for one agent, as it was accepted.</summary>
public sealed record AgentTask
{
    public required TaskId Id { get; init; }

    public required AgentId Agent { get; init; }

    /// <summary><c>exec</c>, <c>script</c>, <c>file:read</c>, <c>turn</c>, …; unknown types are the runtime's to refuse, as they ever were.</summary>
    public required string Type { get; init; }

    /// <summary>The JSON object that was submitted, in UTF-8, as it came.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Who asked: <c>admin</c>, or <c>agent:homer</c> over the bridge.</summary>
    public required string From { get; init; }

    /// <summary>May run again after an interruption.</summary>
    public bool Retry { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it becomes a dead letter if it is still queued.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
