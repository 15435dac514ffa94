using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Provisioning;

/// <summary>
/// Who was woken, who has checked in, and whom to wake again. All of it is on the disk before a message goes out, so that one that was due
/// while nothing ran is sent once, and one that was on its way is sent again as the same one.
/// </summary>
public sealed class CheckInBook : IAsyncDisposable
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    private readonly CheckInEntries entries;
    private readonly CheckInShelf shelf;
    private readonly WakeSends sends;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private Task ticking = Task.CompletedTask;

    /// <param name="habitat">The file of the habitat in force; null: none is up.</param>
    /// <param name="lives">Whether an agent lives there; null: that is not known now, as no habitat is up.</param>
    /// <param name="failure">Null: nobody can be asked.</param>
    public CheckInBook(
        ICheckInStore store,
        WakeLine line,
        Func<string?> habitat,
        Func<Resident, bool?> lives,
        TimeProvider time,
        ILogger log,
        WakeFailure? failure = null
    )
    {
        (this.time, this.log) = (time, log);
        entries = new CheckInEntries(habitat, lives);
        shelf = new CheckInShelf(store, entries);
        sends = new WakeSends(entries, line, failure, time, log, stopping.Token);
    }

    /// <summary>Reads what was known. Before anybody can call: who is not known begins anew.</summary>
    /// <exception cref="CreelException">The store can't be read.</exception>
    public Task LoadAsync(CancellationToken cancel = default) => shelf.LoadAsync(cancel);

    /// <summary>Begins to look at the clock.</summary>
    public void Start() => ticking = TickOnAsync();

    /// <summary>As it stands now; never null: of most agents nothing is known.</summary>
    public CheckInState Find(Resident agent) => entries.Find(agent);

    /// <summary>It has called. Costs nothing but memory: what is new of it is written within a second.</summary>
    public void Seen(Resident agent) => entries.Change(agent, s => CheckIns.Seen(s, time.GetUtcNow()));

    /// <summary>Begins a new generation, and sends its first message.</summary>
    /// <returns>The generation.</returns>
    /// <exception cref="CreelException">The message was not taken. It is sent again when it is due.</exception>
    public async Task<long> WakeAsync(Resident agent, WakeOrder order, CancellationToken cancel = default)
    {
        var begun = entries.Change(agent, s => CheckIns.Woken(s, order, time.GetUtcNow()), sending: 1);
        try
        {
            await shelf.KeepAsync(cancel);
        }
        catch
        {
            const string Why = "it could not be written down";
            entries.Change(agent, s => CheckIns.NotSent(s, begun.Generation, Why, time.GetUtcNow()), sending: -1);
            throw;
        }

        // Carried through, also when whoever asked goes away.
        await sends.Send(begun).WaitAsync(cancel);
        return begun.Generation;
    }

    /// <summary>Waits until it has checked in, or is given up, or somebody else wakes it.</summary>
    public Task<CheckInState> SettledAsync(Resident agent, long generation, CancellationToken cancel) =>
        entries.SettledAsync(agent, generation, cancel);

    /// <summary>What time brings, once.</summary>
    internal async Task TickAsync()
    {
        var (due, late, gone) = entries.Tick(time.GetUtcNow());
        try
        {
            await shelf.RemoveAsync(gone, stopping.Token);
            await shelf.KeepAsync(stopping.Token);
        }
        catch
        {
            foreach (var state in due)
            {
                entries.Change(state.Resident, same => same, sending: -1);
            }

            throw;
        }

        var before = late.ToDictionary(s => s.Resident);
        foreach (var state in due)
        {
            _ = before.Remove(state.Resident, out var last) ? sends.Again(last, state) : sends.Send(state);
        }

        foreach (var last in before.Values)
        {
            _ = sends.Explain(last);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        await stopping.CancelAsync();
        await ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await sends.EndedAsync();
        await shelf.KeepAsync(CancellationToken.None);
    }

    private async Task TickOnAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await TickAsync();
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning("signs of life can't be kept: {Why}", e is CreelException known ? known.Fault.Message : e.Message);
            }

            await Task.Delay(Each, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
