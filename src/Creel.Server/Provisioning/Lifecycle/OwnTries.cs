using System.Collections.Concurrent;
using System.Threading.Channels;
using Creel.Core.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Goes on by itself with what waits, when its time has come: at each gateway apart, so that one that hangs holds up no other.</summary>
/// <param name="tryAsync">A run at one gateway to its end.</param>
internal sealed class OwnTries(
    IProvisionStore store,
    OneAtATime turns,
    Func<string?, ProvisionScope, ProvisionOptions, Task> tryAsync,
    TimeProvider time,
    ILogger log,
    CancellationToken stopping
)
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>From one try at a gateway to the next: what its end does not change must not keep us busy.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Task> trying = new(StringComparer.Ordinal);

    /// <summary>However many runs have ended, one look finds what each of them left.</summary>
    private readonly Channel<bool> asked = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <param name="isUp">A habitat is.</param>
    public async Task KeepAsync(Func<bool> isUp)
    {
        turns.Ended += LookAgain;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var next = isUp() ? await BeginAsync() : null;
                var pause = next is { } at ? at - time.GetUtcNow() : Look;
                var wait =
                    pause < TimeSpan.Zero ? TimeSpan.Zero
                    : pause > Look ? Look
                    : pause;
                using var woken = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                await Task.WhenAny(asked.Reader.ReadAsync(woken.Token).AsTask(), Task.Delay(wait, time, woken.Token));
                await woken.CancelAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "what waits to be provisioned can't be looked at");
                await Task.Delay(Look, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // Serve ends.
            }
        }

        turns.Ended -= LookAgain;
        await Task.WhenAll(trying.Values);
    }

    private void LookAgain() => asked.Writer.TryWrite(true);

    /// <summary>Begins where something is due, and waits for none of it. Where a run is at work its end has us look again.</summary>
    /// <returns>When the next one's time comes; null: none waits that could be begun.</returns>
    private async Task<DateTimeOffset?> BeginAsync()
    {
        var now = time.GetUtcNow();
        DateTimeOffset? next = null;
        var waiting = (await store.ListAsync(stopping)).Where(r => r.Standing != Standing.Failed && r.NextTry is not null);
        foreach (var there in waiting.GroupBy(r => r.Gateway))
        {
            if (turns.At(there.Key) is not null || trying.ContainsKey(OneAtATime.Key(there.Key)))
            {
                continue;
            }

            var first = there.Min(r => r.NextTry);
            if (first > now)
            {
                next = next < first ? next : first;
                continue;
            }

            List<ProvisionRecord> due = [.. there.Where(r => r.NextTry <= now || WaitsForGateway(r))];
            var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            trying[OneAtATime.Key(there.Key)] = ToEndAsync(there.Key, due, begin.Task);
            begin.SetResult();
        }

        return next;
    }

    /// <summary>Whoever waits for the same gateway is tried with the first of them.</summary>
    private static bool WaitsForGateway(ProvisionRecord record) => record.Error is { } why && StandingRule.IsAway(why);

    private async Task ToEndAsync(string? gateway, List<ProvisionRecord> due, Task begin)
    {
        await begin;
        try
        {
            foreach (var alike in due.GroupBy(r => ProvisionOptions.After(r.Owed)))
            {
                await tryAsync(gateway, new ProvisionScope([.. alike.Select(r => r.Agent)]), alike.Key);
            }

            await Task.Delay(Least, time, stopping);
        }
        catch (OperationCanceledException)
        {
            // Serve ends.
        }
        catch (Exception e)
        {
            log.LogError(e, "what waits at {Gateway} can't be gone on with", gateway ?? "our gateway");
            await Task.Delay(Look, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            trying.TryRemove(OneAtATime.Key(gateway), out _);
            LookAgain();
        }
    }
}
