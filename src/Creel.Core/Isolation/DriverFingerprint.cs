namespace Creel.Core.Isolation;

/// <summary>What a driver truly does on this machine, found by trying.</summary>
/// <param name="Works">It can make cells here.</param>
/// <param name="Sentence">What works, or why not.</param>
/// <param name="Remedy">The command that mends it; null where it works or nothing would.</param>
/// <param name="Networks">The modes that it offers here.</param>
/// <param name="Limits">The limits that are enforced here.</param>
/// <param name="OwnUser">Each cell has a host uid of its own.</param>
/// <param name="ProvenIdentity">A process outside the cell can't use its sockets or its relay.</param>
/// <param name="Notes">Sentences that plan, ps and verify repeat: what is weaker here than a reader would expect.</param>
public sealed record DriverFingerprint(
    string Driver,
    IsolationLevel Level,
    bool Works,
    string Sentence,
    string? Remedy,
    IReadOnlyList<NetworkMode> Networks,
    EnforcedLimits Limits,
    bool OwnUser,
    bool ProvenIdentity,
    IReadOnlyList<string> Notes
);

/// <summary>Which limits a driver enforces.</summary>
public sealed record EnforcedLimits(bool Memory, bool Cpu, bool Pids)
{
    public static EnforcedLimits No { get; } = new(false, false, false);

    /// <summary>The names of those that are not.</summary>
    public IReadOnlyList<string> Open =>
        [.. new[] { Memory ? "" : "memory", Cpu ? "" : "cpu", Pids ? "" : "pids" }.Where(name => name.Length > 0)];
}
