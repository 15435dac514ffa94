using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>What the habitat in force says of conversations.</summary>
public sealed record SessionSettings
{
    /// <summary>No agents: every key is refused.</summary>
    public static SessionSettings None { get; } = new();

    private readonly Dictionary<AgentId, AgentSettings> byId = [];

    public IReadOnlyList<AgentSettings> Agents
    {
        get => field ?? [];
        init
        {
            field = value;
            byId = value.ToDictionary(a => a.Id);
        }
    }

    /// <summary>Whose the main conversation is where no agent is named; null: nobody's.</summary>
    public AgentId? Default { get; init; }

    /// <summary>Main key and scope.</summary>
    public SessionModel Keys { get; init; } = new();

    public QueueRules Queue { get; init; } = QueueRules.Default;

    public ResetRules Resets { get; init; } = ResetRules.Default;

    public SendRules Sending { get; init; } = SendRules.Default;

    public SharingRules Sharing { get; init; } = SharingRules.Default;

    public AgentSettings? Find(AgentId agent) => byId.GetValueOrDefault(agent);
}

/// <summary>What it says of one agent.</summary>
public sealed record AgentSettings(AgentId Id)
{
    /// <summary>Agents of one group share a cell, and are one principal.</summary>
    public GroupId Group { get; init; }

    /// <summary><c>provider/model</c>; null: none was given.</summary>
    public string? Model { get; init; }

    public LaneLimits Limits { get; init; } = LaneLimits.Default;

    /// <summary>How long a turn may take: <c>timeoutSeconds</c>.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    public HelperRules Helpers { get; init; } = HelperRules.Default;

    /// <summary>Null: it is never woken by the clock.</summary>
    public HeartbeatRule? Heartbeat { get; init; }
}
