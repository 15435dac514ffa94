using Creel.Core.Audit;
using Creel.Core.Channels;
using Creel.Core.Isolation;
using Creel.Core.Sessions;
using Creel.Core.Work;

namespace Creel.Conformance.Stores;

/// <summary>An empty store of some kind, which its suite may close and open again.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    public abstract ITaskStore Tasks { get; }

    public abstract IDeadLetters Letters { get; }

    public abstract IAgentRegistry Agents { get; }

    public abstract ICellStore Cells { get; }

    public abstract IAuditLog Audit { get; }

    public abstract IMessageStore Messages { get; }

    public abstract IPairingStore Pairings { get; }

    public abstract ISessionStore Sessions { get; }

    public abstract Task ReopenAsync();

    public abstract ValueTask DisposeAsync();
}
