using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>
/// Whether the gateway of a run is away. Who finds it so first does for all: what is under way there is let go, and the rest of the run waits for
/// the one cause, not each for its own.
/// </summary>
/// <param name="found">Told once.</param>
internal sealed class GatewayAway(GatewayWork work, Action<Fault> found, CancellationToken cancel) : IDisposable
{
    private readonly CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    private readonly Lock one = new();
    private Task<bool>? asking;
    private Fault? fault;

    /// <summary>Null: it is not, or nobody knows yet.</summary>
    public Fault? Fault => Volatile.Read(ref fault);

    /// <summary>Of all that is asked there.</summary>
    public CancellationToken Token => over.Token;

    public void Set(Fault why)
    {
        if (Interlocked.CompareExchange(ref fault, why, null) is null)
        {
            found(why);
            over.Cancel();
        }
    }

    /// <summary>Why something there did not go: for that alone, or for what nothing there goes.</summary>
    public async Task<Fault> OfAsync(Exception e, IControlPlane plane)
    {
        if (Fault is { } known && e is OperationCanceledException)
        {
            return known;
        }

        var why = work.FaultOf(e);
        if (!StandingRule.IsAway(why) || (StandingRule.IsSilent(why) && await AnswersAsync(plane)))
        {
            return why;
        }

        Set(why);
        return Fault!;
    }

    public void Dispose() => over.Dispose();

    /// <summary>One call that is not answered may be for that agent alone: then it answers another.</summary>
    private Task<bool> AnswersAsync(IControlPlane plane)
    {
        lock (one)
        {
            return asking is { IsCompleted: false } ? asking : asking = AskAsync();
        }

        async Task<bool> AskAsync()
        {
            try
            {
                await plane.ReadRosterAsync(over.Token);
                return true;
            }
            catch (CreelException e)
            {
                return !StandingRule.IsAway(e.Fault);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }
}
