using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Looks while a run is at work whether there is a line to its gateway: who looks on is told at once of one that broke, whatever still waits for it.</summary>
internal sealed class LineWatch(GatewayWork work, GatewayReach gateway, GatewayAway away)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>For so long it may restart.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private long? since;

    public async Task RunAsync(CancellationToken cancel)
    {
        if (work.Name is not { } name || gateway.LineAsync is not { } lineAsync)
        {
            return;
        }

        try
        {
            while (away.Fault is null)
            {
                await Task.Delay(Look, work.Time, cancel);
                await LookAsync(name, lineAsync, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The run ended.
        }
        finally
        {
            Now(null);
        }
    }

    private async Task LookAsync(string name, Func<CancellationToken, Task> lineAsync, CancellationToken cancel)
    {
        try
        {
            await lineAsync(cancel);
            if (since is not null)
            {
                since = null;
                Now(null);
                work.Tell(new ProvisionEvent.Step(name, null, "can be reached again"));
            }
        }
        catch (CreelException e) when (StandingRule.IsAway(e.Fault))
        {
            if (since is null)
            {
                since = work.Time.GetTimestamp();
                Now(e.Fault);
                work.Tell(new ProvisionEvent.Away(name, e.Fault));
            }
            else if (work.Time.GetElapsedTime(since.Value) > Patience)
            {
                away.Set(e.Fault);
            }
        }
        catch (CreelException)
        {
            // Whoever asks something there is told of it.
        }
    }

    private void Now(Fault? fault)
    {
        if (work.Now is { } now)
        {
            now.Away = fault;
        }
    }
}
