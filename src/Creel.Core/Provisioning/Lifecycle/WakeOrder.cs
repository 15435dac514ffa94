namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>How to wake an agent, and why; all that another wake of it needs.</summary>
/// <param name="Session">The key of its conversation there.</param>
/// <param name="Limit">How long it has to check in after each wake.</param>
/// <param name="Beat">How often its heartbeat comes; null: it has none.</param>
/// <param name="FirstWords">What it has to do once, before all else; null: nothing, or it stands in a file.</param>
public sealed record WakeOrder(
    string Session,
    string Name,
    WakeReason Reason,
    TimeSpan Limit,
    TimeSpan? Beat,
    string? FirstWords = null
)
{
    /// <summary>Of an agent of ours.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(30);
}
