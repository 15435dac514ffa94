using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>What happens while agents are provisioned.</summary>
public abstract record ProvisionEvent
{
    /// <summary>Another run is at work at a gateway: this one goes on when that has ended.</summary>
    public sealed record Waits(string? Gateway, DateTimeOffset Began, TimeSpan Ago) : ProvisionEvent;

    /// <summary>The first of each gateway that could be looked at.</summary>
    public sealed record Planned(ProvisionPlan Plan) : ProvisionEvent;

    /// <summary>The line to a gateway broke, and can't be had again just now: what is under way there is tried again for a while.</summary>
    public sealed record Away(string Gateway, Fault Fault) : ProvisionEvent;

    /// <summary>A gateway can't be looked at, or not any more: nothing more is done there in this run.</summary>
    /// <param name="NextTry">Of all who wait for it; null: a person says when.</param>
    public sealed record Unreached(string? Gateway, Fault Fault, DateTimeOffset? NextTry) : ProvisionEvent;

    /// <summary>What was just done, or told, in a few words.</summary>
    /// <param name="Agent">Null: of many at once.</param>
    public sealed record Step(string? Gateway, AgentId? Agent, string Text) : ProvisionEvent;

    /// <summary>An agent's end of this run.</summary>
    public sealed record Ended(AgentEnd End) : ProvisionEvent;

    /// <summary>What a gateway elsewhere was asked in this run.</summary>
    public sealed record Asked(string Gateway, LineFigures Figures) : ProvisionEvent;

    /// <summary>The last.</summary>
    public sealed record Done(bool Ok, TimeSpan Elapsed, IReadOnlyList<AgentEnd> Ends) : ProvisionEvent;
}

/// <summary>Where an agent stands after a run.</summary>
/// <param name="Wrote">Something there was changed.</param>
/// <param name="Skipped">Why nothing was done; null: it was.</param>
public sealed record AgentEnd(ProvisionRecord Record, Standing Standing, bool Wrote, bool IsMain, string? Skipped = null)
{
    /// <summary>Its gateway was away, and nothing is known to be owed to it: it stands as it did.</summary>
    public bool Unseen { get; init; }

    public bool IsWell => !Unseen && (Skipped is not null || Standing is Standing.Provisioned or Standing.Removed);
}
