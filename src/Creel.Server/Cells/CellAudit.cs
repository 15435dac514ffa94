using System.Text.Json;
using Creel.Core;
using Creel.Server.Audits;

namespace Creel.Server.Cells;

/// <summary>What this room writes into the audit: what people asked, and what became of each cell.</summary>
internal sealed class CellAudit(AuditTrail trail)
{
    /// <summary>The door to these routes asks for the admin token, so nobody else comes through it.</summary>
    private const string Admin = "admin";
    private const string Creel = "creel";

    /// <summary>On the disk when it returns: what was asked is not done before.</summary>
    /// <exception cref="CreelException">The audit can't be written.</exception>
    public ValueTask AskedAsync(string action, string target, string outcome, object? detail = null) =>
        WriteAsync(Admin, action, target, outcome, detail);

    /// <summary>As above, what Creel does by itself.</summary>
    /// <exception cref="CreelException">The audit can't be written.</exception>
    public ValueTask OwnAsync(string action, string target, string outcome, object? detail = null) =>
        WriteAsync(Creel, action, target, outcome, detail);

    private async ValueTask WriteAsync(string actor, string action, string target, string outcome, object? detail)
    {
        var text = detail is null ? null : JsonSerializer.Serialize(detail, ViewReply.Json);
        await trail.RecordAsync(actor, action, target, outcome, text);
        await trail.FlushAsync(CancellationToken.None);
    }

    public ValueTask CellAsync(string action, Cell cell, string outcome, Fault? fault = null) =>
        trail.RecordAsync(
            Creel,
            action,
            Target(cell),
            outcome,
            fault is null ? null : AuditDetail.Of(("code", fault.Code), ("reason", fault.Message))
        );

    /// <summary>A cell that ended by itself, or was started again after it: a cell can cause as many of these as it likes.</summary>
    public ValueTask ByItselfAsync(string action, Cell cell, string outcome, string? reason = null) =>
        trail.RepeatingAsync(Creel, action, Target(cell), outcome, reason is null ? null : AuditDetail.Of(("reason", reason)));

    public ValueTask WorkspaceAsync(AgentId agent, string path) =>
        trail.RecordAsync(Creel, "workspace.delete", $"agent:{agent}", "ok", AuditDetail.Of(("path", path)));

    private static string Target(Cell cell) => $"cell:{cell.Record.Id} ({cell.Record.Group})";
}
