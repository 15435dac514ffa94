using Creel.Core.Audit;
using Creel.Core.Work;

namespace Creel.Server.Hub;

/// <summary>What the hub keeps its things in.</summary>
public sealed record HubPorts(ITaskStore Tasks, IDeadLetters Letters, IAgentRegistry Agents, IAuditLog Audit);
