using Creel.Core.Provisioning.Gateways;

namespace Creel.Server.Provisioning;

/// <summary>A gateway that can be looked at and changed.</summary>
/// <param name="Name">Null: ours.</param>
/// <param name="Figures">What went over the line to it; null: there is no line.</param>
/// <param name="LineAsync">Ends at once where the line is there; else it is made, or it is told why it can't be. Null: there is no line.</param>
public sealed record GatewayReach(
    string? Name,
    IControlPlane Plane,
    Func<LineFigures>? Figures = null,
    Func<CancellationToken, Task>? LineAsync = null
)
{
    /// <summary>What opens it, and nobody is shown.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
