using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>
/// Whether the drivers that have cells answer at the moment: an engine that is stopped or hangs is told of, rather than waited
/// for cell by cell. The cells of such a driver may be alive all the same.
/// </summary>
internal sealed class DriverPulse(CellBook book, IReadOnlyList<IIsolationDriver> drivers, TimeProvider time)
{
    /// <summary>An answer that takes longer is none, for whoever only wants to look.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Task> asked = new();

    /// <summary>By driver, why it does not answer; one that does is not among them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SilentAsync()
    {
        var each = book
            .All.Where(c => c is { Running: true, Record.Handle: not null })
            .DistinctBy(c => c.Record.Handle!.Driver)
            .Select(async c => (Driver: c.Record.Handle!.Driver, Why: await WhyAsync(c.Record.Handle)));
        var all = await Task.WhenAll(each);
        return all.Where(one => one.Why is not null).ToDictionary(one => one.Driver, one => one.Why!);
    }

    private async Task<string?> WhyAsync(CellHandle handle)
    {
        if (drivers.FirstOrDefault(d => d.Name == handle.Driver) is not { } driver)
        {
            return $"this Creel has no driver {handle.Driver}";
        }

        // One question at a time: a hung engine must not be left with a heap of them.
        var question = asked.AddOrUpdate(
            driver.Name,
            _ => driver.InspectAsync(handle).AsTask(),
            (_, before) => before.IsCompleted ? driver.InspectAsync(handle).AsTask() : before
        );
        try
        {
            await question.WaitAsync(Patience, time);
            return null;
        }
        catch (TimeoutException)
        {
            return $"{driver.Name} does not answer";
        }
        catch (CreelException e)
        {
            return e.Fault.Message;
        }
    }
}
