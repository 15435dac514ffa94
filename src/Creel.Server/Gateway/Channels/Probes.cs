using Creel.Core.Channels;

namespace Creel.Server.Gateway.Channels;

/// <summary>Asks messengers who we are, all at once, and not for long.</summary>
internal static class Probes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<Dictionary<ChannelAccount, ChannelProbe>> AskAsync(
        IEnumerable<LiveAccount> accounts,
        CancellationToken cancel
    )
    {
        var asked = accounts
            .Where(a => a.Channel is not null)
            .Select(async a => (a.Id, Probe: await OneAsync(a.Channel!, Patience, cancel)));
        return (await Task.WhenAll(asked)).ToDictionary(p => p.Id, p => p.Probe);
    }

    public static async Task<ChannelProbe> OneAsync(IChannel channel, TimeSpan patience, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            return await channel.ProbeAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ChannelProbe.Failed($"it did not answer within {patience.TotalSeconds:0} s");
        }
    }
}
