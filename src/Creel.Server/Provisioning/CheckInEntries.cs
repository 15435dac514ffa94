using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>The signs of life that are known of agents, each where it lives. What is of another habitat counts no more.</summary>
/// <param name="habitat">The file of the one in force; null: none is up.</param>
/// <param name="lives">Whether an agent lives there; null: that is not known now, as no habitat is up.</param>
internal sealed class CheckInEntries(Func<string?> habitat, Func<Resident, bool?> lives)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Resident, CheckInEntry> entries = [];

    public void Load(IEnumerable<CheckInState> states)
    {
        lock (gate)
        {
            foreach (var state in states)
            {
                entries[state.Resident] = new CheckInEntry(state, state);
            }
        }
    }

    /// <summary>As it stands now; never null: of most agents nothing is known.</summary>
    public CheckInState Find(Resident agent)
    {
        lock (gate)
        {
            return CheckIns.In(entries.GetValueOrDefault(agent)?.State ?? new CheckInState(agent), habitat());
        }
    }

    /// <param name="sending">So many messages more are on their way.</param>
    public CheckInState Change(Resident agent, Func<CheckInState, CheckInState> change, int sending = 0)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(agent, out var entry))
            {
                entries[agent] = entry = new CheckInEntry(new CheckInState(agent), null);
            }

            entry.Sending += sending;
            entry.Become(change(CheckIns.In(entry.State, habitat())));
            return entry.State;
        }
    }

    /// <summary>Waits until it has checked in, or is given up, or somebody else wakes it.</summary>
    public async Task<CheckInState> SettledAsync(Resident agent, long generation, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (gate)
            {
                if (!entries.TryGetValue(agent, out var entry))
                {
                    return new CheckInState(agent);
                }

                if (entry.State.Generation != generation || entry.State.Standing != CheckInStanding.Awaited)
                {
                    return entry.State;
                }

                changed = entry.Changed;
            }

            await changed.WaitAsync(cancel);
        }
    }

    /// <summary>What time brings.</summary>
    /// <returns>
    /// Whom to send a message, each counted as on its way; whom the last one brought to nothing, as they were; and of whom nothing
    /// is to be kept: they live there no more, and were never woken.
    /// </returns>
    public (IReadOnlyList<CheckInState> Due, IReadOnlyList<CheckInState> Late, IReadOnlyList<Resident> Gone) Tick(
        DateTimeOffset now
    )
    {
        var (due, late, gone) = (new List<CheckInState>(), new List<CheckInState>(), new List<Resident>());
        lock (gate)
        {
            foreach (var (agent, entry) in entries.Where(e => e.Value.Sending == 0))
            {
                if (lives(agent) is not true)
                {
                    if (lives(agent) is false)
                    {
                        entry.Become(CheckIns.Left(entry.State));
                        if (entry.State.Generation == 0)
                        {
                            gone.Add(agent);
                        }
                    }

                    continue;
                }

                var state = CheckIns.In(entry.State, habitat());
                if (CheckIns.IsLate(state, now))
                {
                    late.Add(state);
                }

                entry.Become(CheckIns.Tick(state, now));
                if (entry.State is { Standing: CheckInStanding.Awaited, Sent: false })
                {
                    entry.Sending++;
                    due.Add(entry.State);
                }
            }

            gone.ForEach(agent => entries.Remove(agent));
        }

        return (due, late, gone);
    }

    /// <summary>What is to be written.</summary>
    public IReadOnlyList<CheckInState> Unkept()
    {
        lock (gate)
        {
            return [.. entries.Values.Where(e => e.IsToBeKept).Select(e => e.State)];
        }
    }

    /// <summary>That is on the disk.</summary>
    public void Keep(IEnumerable<CheckInState> states)
    {
        lock (gate)
        {
            foreach (var state in states.Where(s => entries.ContainsKey(s.Resident)))
            {
                entries[state.Resident].Kept = state;
            }
        }
    }
}
