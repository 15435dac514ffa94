using System.Text.Json;
using Creel.Core;
using Creel.Server.Hub.Links;

namespace Creel.Server.Hub.Seats;

/// <summary>A place from which one connection serves one or more agents: a cell, or a machine of its own.</summary>
/// <param name="name">The cell's id, or the agent's.</param>
/// <param name="cell">Null for an agent that registered itself.</param>
internal sealed class Station(string name, CellId? cell)
{
    public string Name { get; } = name;

    public CellId? Cell { get; } = cell;

    public Lock Gate { get; } = new();

    public Intake Intake { get; } = new();

    /// <summary>Connections that are open, admitted or not.</summary>
    public int Links;

    /// <summary>
    /// Whoever in the cell is being told a task, which may be as long as the longest result: few at once, or a cell that
    /// reads slowly on all its connections would have the hub hold as many copies.
    /// </summary>
    public SemaphoreSlim Telling { get; } = new(2, 2);

    /// <summary>The bodies of its questions that are read at once, for the same reason.</summary>
    public SemaphoreSlim Asking { get; } = new(2, 2);

    /// <summary>One admission at a time, so that connections replace each other in order of their epochs.</summary>
    public SemaphoreSlim Arrivals { get; } = new(1, 1);

    /// <summary>What a habitat declares of it; null for a remote agent.</summary>
    public HubCell? Declared { get; set; }

    public IReadOnlyList<AgentSeat> Seats { get; set; } = [];

    /// <summary>What waits for its agents goes on waiting, also while it is connected.</summary>
    public volatile bool Held;

    /// <summary>The newest connection; null when it ended.</summary>
    public Link? Link { get; set; }

    /// <summary>The newest connection that was ever admitted, also when it ended.</summary>
    public Link? Last { get; set; }

    public string? Version { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>Tasks that its runtimes brought to an end.</summary>
    public long Answered;

    public JsonElement? Health { get; set; }

    public DateTimeOffset? HealthAt { get; set; }

    public CellPresence? Presence() =>
        Cell is { } id
            ? new CellPresence(
                id,
                Link is not null,
                Since,
                Last?.Lease.Epoch ?? 0,
                Version,
                Last?.Lease.Journal,
                Health,
                HealthAt,
                Interlocked.Read(ref Answered)
            )
            : null;
}
