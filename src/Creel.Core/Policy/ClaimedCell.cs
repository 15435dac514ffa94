using Creel.Core.Isolation;

namespace Creel.Core.Policy;

/// <summary>What of a cell decides what it claims.</summary>
/// <param name="OwnUser">It has a host uid of its own: Creel is root.</param>
/// <param name="Limits">Those that its driver enforces here, and that it has.</param>
/// <param name="OciRuntime">The runtime below a container; null: the engine's default.</param>
public sealed record ClaimedCell(
    string Driver,
    NetworkMode Network,
    bool OwnUser,
    EnforcedLimits Limits,
    string? OciRuntime = null
)
{
    /// <summary>It has a kernel of its own, in a program, instead of the machine's.</summary>
    public bool OwnKernel => OciRuntime?.StartsWith("runsc", StringComparison.Ordinal) == true;
}
