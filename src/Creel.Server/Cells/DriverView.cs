using Creel.Core.Isolation;

namespace Creel.Server.Cells;

internal sealed record DriverView(
    string Driver,
    string Level,
    bool Works,
    string Sentence,
    string? Remedy,
    IReadOnlyList<string> Networks,
    EnforcedLimits Limits,
    bool OwnUser,
    bool ProvenIdentity,
    IReadOnlyList<string> Notes
)
{
    public static DriverView From(DriverFingerprint f) =>
        new(
            f.Driver,
            StepView.Word(f.Level),
            f.Works,
            f.Sentence,
            f.Remedy,
            [.. f.Networks.Select(StepView.Word)],
            f.Limits,
            f.OwnUser,
            f.ProvenIdentity,
            f.Notes
        );
}

internal sealed record DriversView(IReadOnlyList<DriverView> Drivers);
