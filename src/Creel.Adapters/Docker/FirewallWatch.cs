using Creel.Core;

namespace Creel.Adapters.Docker;

/// <summary>
/// Makes the rules again that keep cells from the host, as long as one with a network of its own runs: whoever loads the machine's
/// firewall anew takes them away, and nothing tells of it.
/// </summary>
internal sealed class FirewallWatch(DockerOptions options)
{
    private readonly Lock gate = new();
    private long? last;

    /// <summary>At once, and now and then until it is cancelled.</summary>
    public async Task KeepAsync(CancellationToken cancel)
    {
        try
        {
            while (BridgeFirewall.Possible)
            {
                await Task.Run(Look, cancel).ConfigureAwait(false);
                await Task.Delay(options.FirewallPulse, options.Linux.Time, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The cell has ended.
        }
    }

    /// <summary>Once for all the cells that ask at about the same time.</summary>
    private void Look()
    {
        lock (gate)
        {
            if (last is { } before && options.Linux.Time.GetElapsedTime(before) < options.FirewallPulse / 2)
            {
                return;
            }

            try
            {
                BridgeFirewall.Ensure();
                last = options.Linux.Time.GetTimestamp();
            }
            catch (CreelException)
            {
                // Somebody else is at the tables: the next look is soon.
            }
        }
    }
}
