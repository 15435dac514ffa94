using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Sessions;

namespace Creel.Server.Hub;

/// <summary>How the hub behaves; the defaults are the documented ones.</summary>
public sealed record HubConfig
{
    /// <summary>As <see cref="Web.WebConfig.OldUnauthenticated"/>: old ids, old answers.</summary>
    public bool OldUnauthenticated { get; init; }

    /// <summary>Who may ask whom for work, as the habitat says now.</summary>
    public Func<BridgeModel> Bridge { get; init; } = () => BridgeModel.Off;

    /// <summary>On whose behalf the first asks the second for a turn.</summary>
    public Func<AgentId, AgentId, TurnBehalf> Behalf { get; init; } = (_, _) => TurnBehalf.Operator;

    /// <summary>What the cell of each agent uses, for those whose cell has its use counted.</summary>
    public Func<CancellationToken, ValueTask<IReadOnlyDictionary<AgentId, JsonElement>>> Usage { get; init; } =
        _ => new(new Dictionary<AgentId, JsonElement>());

    /// <summary>Agents that live at gateways elsewhere; null: there are none.</summary>
    public IAgentsElsewhere? Elsewhere { get; init; }

    /// <summary>How those take tasks; null: they take none.</summary>
    public IElsewhereTurns? ElsewhereTurns { get; init; }

    /// <summary>Calls that one agent elsewhere may make at once; ten more a second.</summary>
    public int CallBurst { get; init; } = 60;

    /// <summary>Calls of one agent elsewhere that wait for their answers.</summary>
    public int CallsOpen { get; init; } = 64;

    /// <summary>How often a runtime reports its health.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection without health for so long is closed.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often the hub looks for what is stale, expired or forgotten.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tasks that may wait for one agent.</summary>
    public int QueueLimit { get; init; } = 1000;

    /// <summary>Tasks that may be under way to one agent at once; more wait in the queue.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>Tasks that one agent may have open with others over the bridge.</summary>
    public int BridgeOpen { get; init; } = 32;

    /// <summary>Tasks that one agent may give others at once; one more a second.</summary>
    public int BridgeBurst { get; init; } = 60;

    /// <summary>How long a task may wait before it becomes a dead letter.</summary>
    public TimeSpan TaskLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Finished tasks are kept so long, and so many.</summary>
    public TimeSpan KeepFinished { get; init; } = TimeSpan.FromDays(7);
    public int KeepFinishedCount { get; init; } = 10_000;

    /// <summary>The longest message but a result that an agent may send, in bytes.</summary>
    public int MaxMessage { get; init; } = 1024 * 1024;

    /// <summary>How long a link may take over its introduction, or over one message.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a new link waits for what the one before it had under way; longer than a write is tried again.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long the end of the hub waits for its links to close.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An agent that is away longer than this, and whose protocol can't tell what became of its tasks, has lost them.</summary>
    internal TimeSpan AwayGrace => 2 * HealthInterval;
}
