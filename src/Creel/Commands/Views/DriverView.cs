using Creel.Core.Isolation;

namespace Creel.Commands.Views;

/// <summary>A driver and what it truly does on this machine.</summary>
internal sealed record DriverView(
    string Driver,
    string? Level,
    bool Works,
    string? Sentence,
    string? Remedy,
    IReadOnlyList<string>? Networks,
    EnforcedLimits? Limits,
    bool OwnUser,
    bool ProvenIdentity,
    IReadOnlyList<string>? Notes
)
{
    /// <summary>What the server would show of it.</summary>
    public static DriverView Of(DriverFingerprint found) =>
        new(
            found.Driver,
            Word(found.Level),
            found.Works,
            found.Sentence,
            found.Remedy,
            [.. found.Networks.Select(Word)],
            found.Limits,
            found.OwnUser,
            found.ProvenIdentity,
            found.Notes
        );

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

internal sealed record DriversView(IReadOnlyList<DriverView>? Drivers);
