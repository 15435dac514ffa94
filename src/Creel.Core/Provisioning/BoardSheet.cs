using System.Text.Json;

namespace Creel.Core.Provisioning;

/// <summary>Work with a goal, for several agents.</summary>
public sealed record BoardSheet
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string Type { get; init; } = "goal";

    public string? Objective { get; init; }

    public JsonElement? SuccessMetrics { get; init; }

    /// <summary>Without a zone.</summary>
    public DateTime? TargetDate { get; init; }

    public bool GoalConfirmed { get; init; }
}
