using Creel.Core.Work;
using Creel.Server.Audits;

namespace Creel.Server.Hub;

/// <summary>What the hub keeps its things in. None of it is the hub's to end.</summary>
public sealed record HubPorts(ITaskStore Tasks, IDeadLetters Letters, IAgentRegistry Agents, AuditTrail Audit);
