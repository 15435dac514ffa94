using Creel.Core.Habitats;

namespace Creel.Core.Isolation;

/// <summary>A cell as it is.</summary>
/// <param name="Revision">What it was last started with (<see cref="CellDesign.Revision"/>).</param>
/// <param name="Told">What its runtime was last told of its agents (<see cref="CellPlanner.Telling"/>); null if nothing yet.</param>
/// <param name="Stopped">By a person, until a person starts it again.</param>
/// <param name="Reason">Why it is not running, where that is known.</param>
/// <param name="Wanted">What the habitat in force wants of it; null: nothing any more.</param>
/// <param name="SetupFailure">How its setup command has failed, so that nothing runs in it; null: it has not.</param>
/// <param name="Drift">What somebody else changed of what it is made of.</param>
public sealed record ObservedCell(
    CellId Id,
    GroupId Group,
    string Driver,
    string Revision,
    string? Told,
    bool Running,
    bool Stopped,
    string? Reason = null,
    string? Drift = null,
    AgentGroup? Wanted = null,
    string? SetupFailure = null
);
