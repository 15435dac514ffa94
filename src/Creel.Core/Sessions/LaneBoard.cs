namespace Creel.Core.Sessions;

/// <summary>
/// Which turn may start: one at a time in a session, in the order in which they came; so many at once of an agent, and in all.
/// Plain state without I/O; its caller sees to it that one thread at a time is in it.
/// </summary>
/// <param name="limits">Of an agent, as they are now.</param>
/// <param name="most">Turns that run at once, in all.</param>
/// <param name="longest">Turns that wait in one session, whatever their mode.</param>
public sealed class LaneBoard(Func<AgentId, LaneLimits> limits, int most, int longest)
{
    private const int MostJoined = 500_000;

    private readonly Dictionary<string, Lane> lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lane> byRun = new(StringComparer.Ordinal);
    private readonly Dictionary<(AgentId, bool), LanePool> pools = [];
    private readonly Queue<Lane> toLook = new();
    private readonly PriorityQueue<Lane, DateTimeOffset> resting = new();
    private readonly Queue<LanePool> crowded = new();
    private bool freed;

    /// <summary>Turns that have their lane.</summary>
    public int Running { get; private set; }

    /// <summary>Sessions in which something runs or waits.</summary>
    public int Lanes => lanes.Count;

    public int Waiting(string sessionKey) => lanes.GetValueOrDefault(sessionKey)?.Waiting.Count ?? 0;

    /// <summary>Those that wait in a session, oldest first.</summary>
    public IReadOnlyList<LaneItem> Queue(string sessionKey) =>
        lanes.TryGetValue(sessionKey, out var lane) ? [.. lane.Waiting.Select(w => w.Item)] : [];

    /// <summary>Whose turn it is in a session; null: nobody's.</summary>
    public string? Holder(string sessionKey) => lanes.GetValueOrDefault(sessionKey)?.Running?.RunId;

    /// <summary>A turn comes. One that waits starts only after <see cref="Kept"/>.</summary>
    public LaneEntry Enter(LaneItem item, QueueRule rule, DateTimeOffset now)
    {
        var lane = lanes.GetValueOrDefault(item.SessionKey);
        if (lane is null)
        {
            lanes.Add(item.SessionKey, lane = new Lane(item.SessionKey));
        }

        if (lane.Running is null && lane.Waiting.Count == 0 && HasRoom(item))
        {
            Grant(lane, item);
            return new LaneEntry.Free(new LaneStart(item, [], []));
        }

        if (lane.Waiting.Count >= longest)
        {
            return new LaneEntry.Full(lane.Waiting.Count);
        }

        if (item.Tie is null)
        {
            Append(lane, item, rule.Mode);
            return new LaneEntry.Waits(null, [], []);
        }

        var whole = lane.Waiting.Where(w => w.Item is { Tie: not null, Brief: false }).ToList();
        if (rule.Mode == QueueMode.Interrupt)
        {
            whole.ForEach(w => Remove(lane, w));
            lane.QuietUntil = null;
            Append(lane, item, rule.Mode);
            return new LaneEntry.Waits(lane.Running?.RunId, [.. whole.Select(w => w.Item)], []);
        }

        // What the turn that runs has heard of is no longer in anybody's way.
        whole.RemoveAll(w => w.Offered);
        var over = whole.Count + 1 - Math.Max(rule.Cap, 1);
        if (over > 0 && rule.Drop == QueueDrop.New)
        {
            return new LaneEntry.Full(whole.Count);
        }

        var dropped = over > 0 ? whole[..over] : [];
        foreach (var one in dropped)
        {
            if (rule.Drop == QueueDrop.Old)
            {
                Remove(lane, one);
            }
            else
            {
                one.Item = one.Item with { Brief = true };
            }
        }

        Append(lane, item, rule.Mode);
        lane.QuietUntil = now + rule.Debounce;
        IReadOnlyList<LaneItem> gone = [.. dropped.Select(w => w.Item)];
        return rule.Drop == QueueDrop.Old ? new LaneEntry.Waits(null, gone, []) : new LaneEntry.Waits(null, [], gone);
    }

    /// <summary>A turn of before a restart, in the order in which they came.</summary>
    /// <param name="running">It had its lane.</param>
    /// <param name="offeredTo">The turn that was told of it; null: none.</param>
    public void Restore(LaneItem item, QueueMode mode, bool running, string? offeredTo = null)
    {
        if (!lanes.TryGetValue(item.SessionKey, out var lane))
        {
            lanes.Add(item.SessionKey, lane = new Lane(item.SessionKey));
        }

        if (running)
        {
            Grant(lane, item);
            return;
        }

        var entry = Append(lane, item, mode);
        (entry.Kept, entry.Offered) = (true, offeredTo is not null && lane.Running?.RunId == offeredTo);
        toLook.Enqueue(lane);
    }

    /// <summary>
    /// Tells the turn that runs of what waits for it to hear. Each keeps its place until that turn is over, in case it was not heard.
    /// </summary>
    /// <param name="may">Whether it may be told of that one.</param>
    /// <returns>All that it was told of so far, oldest first; so much in all as may become one turn.</returns>
    public IReadOnlyList<LaneItem> Offer(string runId, Func<LaneItem, bool> may)
    {
        if (byRun.GetValueOrDefault(runId) is not { Running: { Tie: { } tie } running } lane || running.RunId != runId)
        {
            return [];
        }

        // What is a turn of its own is not overtaken: it may begin the conversation anew.
        var size = 0;
        foreach (var entry in lane.Waiting.TakeWhile(w => w.Item.Tie is not null).Where(w => w.Item.Tie == tie && IsHeard(w)))
        {
            if (size > 0 && size + entry.Item.Size > MostJoined)
            {
                break;
            }

            entry.Offered = true;
            size += entry.Item.Size;
        }

        return Offered(runId, too: true);

        bool IsHeard(Entry entry) =>
            entry.Offered
            || entry is { Kept: true, Item.Brief: false, Mode: QueueMode.Steer or QueueMode.SteerBacklog } && may(entry.Item);
    }

    /// <summary>What the turn that runs was told of, oldest first.</summary>
    /// <param name="too">Those as well that are turns of their own behind it.</param>
    public IReadOnlyList<LaneItem> Offered(string runId, bool too) =>
        byRun.GetValueOrDefault(runId) is { Running: { } running } lane && running.RunId == runId
            ? [.. lane.Waiting.Where(w => w.Offered && (too || w.Mode == QueueMode.Steer)).Select(w => w.Item)]
            : [];

    /// <summary>A turn that waits is on disk.</summary>
    public void Kept(string runId)
    {
        if (byRun.TryGetValue(runId, out var lane) && lane.Waiting.FirstOrDefault(w => w.Item.RunId == runId) is { } waiting)
        {
            waiting.Kept = true;
            toLook.Enqueue(lane);
        }
    }

    /// <summary>A turn is over, or never was.</summary>
    public void Leave(string runId)
    {
        if (!byRun.TryGetValue(runId, out var lane))
        {
            return;
        }

        if (lane.Running?.RunId == runId)
        {
            byRun.Remove(runId);
            Running--;
            Of(lane.Running).Running--;
            lane.Running = null;
            lane.Waiting.ForEach(w => w.Offered = false);
            freed = true;
        }
        else
        {
            Remove(lane, lane.Waiting.First(w => w.Item.RunId == runId));
        }

        toLook.Enqueue(lane);
    }

    /// <summary>All that may start now has its lane after this.</summary>
    /// <param name="wake">When to ask again, where time alone will bring something; null: never.</param>
    public IReadOnlyList<LaneStart> Take(DateTimeOffset now, out DateTimeOffset? wake)
    {
        while (resting.TryPeek(out _, out var at) && at <= now)
        {
            var lane = resting.Dequeue();
            lane.Rests = false;
            toLook.Enqueue(lane);
        }

        var starts = new List<LaneStart>();
        while (toLook.TryDequeue(out var lane))
        {
            if (Start(lane, now) is { } start)
            {
                starts.Add(start);
            }
        }

        if (freed)
        {
            Fill(starts, now);
        }

        wake = resting.TryPeek(out _, out var next) ? next : null;
        return starts;
    }

    /// <summary>Gives free places to those that wait for one: an agent after the other, so that none takes them all.</summary>
    private void Fill(List<LaneStart> starts, DateTimeOffset now)
    {
        freed = false;
        for (var quiet = 0; quiet < crowded.Count && Running < most; )
        {
            var pool = crowded.Dequeue();
            if (pool.Blocked.Count == 0)
            {
                pool.Listed = false;
                continue;
            }

            crowded.Enqueue(pool);
            if (!pool.HasRoom(limits))
            {
                quiet++;
                continue;
            }

            quiet = 0;
            var lane = pool.Blocked.Dequeue();
            lane.Blocked = false;
            if (Start(lane, now) is { } start)
            {
                starts.Add(start);
            }
        }
    }

    private LaneStart? Start(Lane lane, DateTimeOffset now)
    {
        if (lane.Running is not null)
        {
            return null;
        }

        if (lane.Waiting.Count == 0)
        {
            if (lanes.GetValueOrDefault(lane.Key) == lane)
            {
                lanes.Remove(lane.Key);
            }

            return null;
        }

        var first = lane.Waiting.Find(w => !w.Item.Brief) ?? lane.Waiting[0];
        if (!lane.Waiting.TakeWhile(w => w != first).Append(first).All(w => w.Kept))
        {
            return null;
        }

        if (first.Item.Tie is not null && lane.QuietUntil > now)
        {
            if (!lane.Rests)
            {
                lane.Rests = true;
                resting.Enqueue(lane, lane.QuietUntil.Value);
            }

            return null;
        }

        if (!HasRoom(first.Item))
        {
            Block(lane, Of(first.Item));
            return null;
        }

        return Pick(lane, first);
    }

    private void Block(Lane lane, LanePool pool)
    {
        if (!lane.Blocked)
        {
            lane.Blocked = true;
            pool.Blocked.Enqueue(lane);
        }

        if (!pool.Listed)
        {
            pool.Listed = true;
            crowded.Enqueue(pool);
        }
    }

    private LaneStart Pick(Lane lane, Entry first)
    {
        var at = lane.Waiting.IndexOf(first);

        // What is a turn of its own takes nothing along, and overtakes what is only a line.
        List<Entry> brief = first.Item.Tie is null ? [] : lane.Waiting[..at];
        var size = 0;
        var tie = first is { Mode: QueueMode.Collect, Item.Tie: { } own } ? own : null;
        List<Entry> together =
        [
            first,
            .. lane
                .Waiting.Skip(at + 1)
                .TakeWhile(w => tie is not null && w.Kept && w.Mode == first.Mode && w.Item.Tie == tie && Fits(w)),
        ];
        foreach (var entry in brief.Concat(together))
        {
            lane.Waiting.Remove(entry);
            byRun.Remove(entry.Item.RunId);
        }

        var carrier = together[^1].Item;
        Grant(lane, carrier);
        return new LaneStart(carrier, [.. together[..^1].Select(w => w.Item)], [.. brief.Select(w => w.Item)]);

        bool Fits(Entry next) =>
            next.Item.Helper == first.Item.Helper && (size += next.Item.Size) + first.Item.Size <= MostJoined;
    }

    private void Grant(Lane lane, LaneItem item)
    {
        lane.Running = item;
        byRun[item.RunId] = lane;
        Running++;
        Of(item).Running++;
    }

    private Entry Append(Lane lane, LaneItem item, QueueMode mode)
    {
        var entry = new Entry(item, mode);
        lane.Waiting.Add(entry);
        byRun[item.RunId] = lane;
        return entry;
    }

    private void Remove(Lane lane, Entry entry)
    {
        lane.Waiting.Remove(entry);
        byRun.Remove(entry.Item.RunId);
        toLook.Enqueue(lane);
    }

    private bool HasRoom(LaneItem item) => Running < most && Of(item).HasRoom(limits);

    private LanePool Of(LaneItem item)
    {
        var key = (item.Agent, item.Helper);
        if (!pools.TryGetValue(key, out var pool))
        {
            pools.Add(key, pool = new LanePool(item.Agent, item.Helper));
        }

        return pool;
    }

    internal sealed class Lane(string key)
    {
        public string Key { get; } = key;
        public LaneItem? Running { get; set; }
        public List<Entry> Waiting { get; } = [];
        public DateTimeOffset? QuietUntil { get; set; }

        /// <summary>It waits for a place among the agent's.</summary>
        public bool Blocked { get; set; }

        /// <summary>It waits until it is quiet.</summary>
        public bool Rests { get; set; }
    }

    internal sealed class Entry(LaneItem item, QueueMode mode)
    {
        public LaneItem Item { get; set; } = item;
        public QueueMode Mode { get; } = mode;
        public bool Kept { get; set; }

        /// <summary>The turn that runs was told of it.</summary>
        public bool Offered { get; set; }
    }
}
