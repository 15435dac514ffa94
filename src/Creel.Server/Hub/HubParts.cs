using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Hub.Books;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Hub;

/// <summary>What every part of the hub works with.</summary>
internal sealed class HubParts
{
    public HubParts(HubConfig config, HubPorts ports, TimeProvider time, ILogger log)
    {
        Config = config;
        Ports = ports;
        Time = time;
        Log = log;
        Feed = new TaskFeed(ports.Tasks);
        Ends = new TaskEnds(ports.Tasks, Feed, Metrics, Audit);
        Book = new AgentBook(ports.Agents);
    }

    public HubConfig Config { get; }
    public HubPorts Ports { get; }
    public ITaskStore Tasks => Ports.Tasks;
    public TimeProvider Time { get; }
    public ILogger Log { get; }
    public HubMetrics Metrics { get; } = new();
    public AuditTrail Audit => Ports.Audit;
    public TaskFeed Feed { get; }
    public TaskEnds Ends { get; }
    public AgentBook Book { get; }

    /// <summary>Cancelled when the hub ends.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>Messages that were handled since the start.</summary>
    public long Handled;

    public DateTimeOffset Now => Time.GetUtcNow();
}
