using System.Text.Json;
using Creel.Core;
using Creel.Core.Audit;

namespace Creel.Server.Cells;

/// <summary>What this room writes into the audit: what people asked, and what became of each cell.</summary>
internal sealed class CellAudit(IAuditLog audit, TimeProvider time)
{
    /// <summary>The door to these routes asks for the admin token, so nobody else comes through it.</summary>
    private const string Admin = "admin";

    public ValueTask AskedAsync(string action, string target, string outcome, object? detail = null) =>
        WriteAsync(Admin, action, target, outcome, detail);

    public ValueTask CellAsync(string action, Cell cell, string outcome, object? detail = null) =>
        WriteAsync("creel", action, $"cell:{cell.Record.Id} ({cell.Record.Group})", outcome, detail);

    public ValueTask WorkspaceAsync(AgentId agent, string path) =>
        WriteAsync("creel", "workspace.delete", $"agent:{agent}", "ok", new { path });

    private ValueTask WriteAsync(string actor, string action, string target, string outcome, object? detail)
    {
        var text = detail is null ? null : JsonSerializer.Serialize(detail, ViewReply.Json);
        return audit.AppendAsync([new AuditEntry(time.GetUtcNow(), actor, action, target, outcome, text)]);
    }
}
