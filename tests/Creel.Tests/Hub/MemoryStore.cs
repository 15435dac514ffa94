using Creel.Server.Audits;
using Creel.Server.Hub;

namespace Creel.Tests.Hub;

/// <summary>The hub's four ports in memory. A reopened hub may be given the same one.</summary>
internal sealed class MemoryStore
{
    public MemoryStore() => Tasks = new MemoryTasks(Letters);

    public MemoryTasks Tasks { get; }

    public MemoryLetters Letters { get; } = new();

    public MemoryAgents Agents { get; } = new();

    public MemoryAudit Audit { get; } = new();

    public HubPorts PortsWith(AuditTrail audit) => new(Tasks, Letters, Agents, audit);
}
