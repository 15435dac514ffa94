using Creel.Commands.Views;

namespace Creel.Commands;

/// <summary>A line of what applying reports.</summary>
/// <param name="Event"><c>plan</c>, <c>step</c>, <c>connected</c>, <c>local-file</c>, <c>workspace</c>, <c>state</c>, <c>proxy</c> (it was not told), <c>done</c> or <c>fault</c>.</param>
/// <param name="State">Of a step; of a local file <c>written</c> or <c>kept</c>; of a workspace and of a cell's state <c>kept</c> or <c>deleted</c>.</param>
internal sealed record ProgressEvent(
    string? Event,
    PlanView? Plan,
    int Index,
    string? State,
    string? Message,
    double? Ms,
    string? Cell,
    string? Group,
    bool Ok,
    double? Seconds,
    string? Error,
    string? Code,
    string? Remedy,
    string? Agent,
    string? Path
);
