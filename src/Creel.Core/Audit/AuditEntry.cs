namespace Creel.Core.Audit;

/// <summary>Who did what to whom, and how it went. Secrets are masked before they get here.</summary>
/// <param name="Actor"><c>admin</c>, <c>agent:homer</c>, <c>creel</c>.</param>
/// <param name="Action">A verb with its noun: <c>task.submit</c>, <c>cell.start</c>, <c>bridge.refuse</c>.</param>
/// <param name="Target">What it was done to: <c>agent:bart</c>, <c>cell:1f2e3d4c</c>, <c>habitat</c>.</param>
/// <param name="Outcome"><c>ok</c>, <c>refused</c>, <c>failed</c>, or a task's final state.</param>
/// <param name="Detail">More, as a JSON object; null for nothing more.</param>
public sealed record AuditEntry(
    DateTimeOffset At,
    string Actor,
    string Action,
    string Target,
    string Outcome,
    string? Detail = null
);
