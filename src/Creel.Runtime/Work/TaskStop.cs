namespace Creel.Runtime.Work;

/// <summary>The wish that a running task ends; the first reason stays.</summary>
internal sealed class TaskStop : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private int reason;

    public CancellationToken Token => source.Token;

    public StopReason Reason => (StopReason)Volatile.Read(ref reason);

    public void Ask(StopReason why)
    {
        if (Interlocked.CompareExchange(ref reason, (int)why, (int)StopReason.None) == (int)StopReason.None)
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended at the same moment.
            }
        }
    }

    public void Dispose() => source.Dispose();
}
