using Creel.Core;
using Creel.Server.Hub.Seats;

namespace Creel.Server.Hub.Bridges;

/// <summary>Who calls the agents' own API: an agent of a cell, or one that lives at a gateway elsewhere.</summary>
internal sealed record AgentCaller(AgentId Id)
{
    /// <summary>Those with whom it shares what it may, itself among them.</summary>
    public required IReadOnlyList<AgentId> Group { get; init; }

    public string? GroupName { get; init; }

    public string? Cell { get; init; }

    public string? Gateway { get; init; }

    /// <summary>As <see cref="Station.Telling"/>.</summary>
    public required SemaphoreSlim Telling { get; init; }

    /// <summary>As <see cref="Station.Asking"/>.</summary>
    public required SemaphoreSlim Asking { get; init; }

    public static AgentCaller Of(Station station, AgentId id) =>
        new(id)
        {
            Group = [.. station.Seats.Select(s => s.Id)],
            GroupName = station.Declared?.Name,
            Cell = station.Name,
            Telling = station.Telling,
            Asking = station.Asking,
        };
}
