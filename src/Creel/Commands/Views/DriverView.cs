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
);

internal sealed record DriversView(IReadOnlyList<DriverView>? Drivers);
