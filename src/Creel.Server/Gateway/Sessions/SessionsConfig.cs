using Creel.Core;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Sessions;

/// <summary>How conversations are kept; the defaults are the documented ones.</summary>
public sealed record SessionsConfig
{
    /// <summary>What the habitat in force says.</summary>
    public required Func<SessionSettings> Settings { get; init; }

    /// <summary>Completes when turns can be given to an agent whose cell is only begun; at once for all others.</summary>
    public Func<AgentId, Task> ComesAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>The agents' workspace files; null: nobody looks into <c>HEARTBEAT.md</c>.</summary>
    public IAgentFiles? Files { get; init; }

    /// <summary>Sends on a channel what an agent says without having been asked there; null: nobody does.</summary>
    public Func<AgentId, TurnOrigin, string, Task>? DeliverAsync { get; set; }

    /// <summary>How often it is looked whose heartbeat is due.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Turns that run at once, in all.</summary>
    public int MostRunning { get; init; } = 2000;

    /// <summary>Turns that wait in one session, whatever their mode.</summary>
    public int LongestLane { get; init; } = 1000;

    /// <summary>Bytes of a message.</summary>
    public int LongestMessage { get; init; } = 512 * 1024;

    /// <summary>A turn that ended is known by its run id without asking the disk, so long and so many.</summary>
    public TimeSpan Remember { get; init; } = TimeSpan.FromMinutes(5);
    public int RememberCount { get; init; } = 10_000;

    /// <summary>And on disk.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);
    public int KeepCount { get; init; } = 100_000;

    /// <summary>How long a reset waits for the end of what runs.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long it waits before a write that failed is tried again.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(1);
}
