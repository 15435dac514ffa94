using System.Collections.Concurrent;
using Creel.Core.Link;
using Creel.Core.Work;

namespace Creel.Server.Hub.Books;

/// <summary>The hub's counters. Labels come from fixed sets: what a client sends can't make new ones.</summary>
internal sealed class HubMetrics
{
    private static readonly string[] MessageLabels =
    [
        MessageTypes.Task,
        MessageTypes.Response,
        MessageTypes.Health,
        MessageTypes.Log,
        MessageTypes.Status,
        MessageTypes.Error,
        MessageTypes.Hello,
        MessageTypes.Started,
        MessageTypes.Output,
    ];

    private static readonly string[] TaskLabels = [.. TaskTypes.All];

    /// <summary>Upper bounds in seconds.</summary>
    public static readonly double[] Bounds =
    [
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
        300,
        1800,
    ];

    private readonly ConcurrentDictionary<(string Type, string Status), Counter> messages = new();
    private readonly ConcurrentDictionary<string, Durations> durations = new();
    private long reconnects;

    public long Reconnects => Interlocked.Read(ref reconnects);

    public IEnumerable<(string Type, string Status, long Count)> Messages =>
        messages.Select(m => (m.Key.Type, m.Key.Status, m.Value.Read())).OrderBy(m => m.Type, StringComparer.Ordinal);

    public IEnumerable<(string Type, Durations Durations)> TaskDurations =>
        durations.Select(d => (d.Key, d.Value)).OrderBy(d => d.Key, StringComparer.Ordinal);

    public void Received(string type) => Count(Array.IndexOf(MessageLabels, type) >= 0 ? type : "unknown", "received");

    public void Malformed() => Count("unknown", "error");

    public void Refused(string type) => Count(Array.IndexOf(MessageLabels, type) >= 0 ? type : "unknown", "refused");

    public void Reconnected() => Interlocked.Increment(ref reconnects);

    public void Ended(string type, TimeSpan took) =>
        durations
            .GetOrAdd(Array.IndexOf(TaskLabels, type) >= 0 ? type : "other", static _ => new Durations())
            .Add(took.TotalSeconds);

    private void Count(string type, string status) => messages.GetOrAdd((type, status), static _ => new Counter()).Add();

    private sealed class Counter
    {
        private long count;

        public void Add() => Interlocked.Increment(ref count);

        public long Read() => Interlocked.Read(ref count);
    }
}

/// <summary>A histogram over <see cref="HubMetrics.Bounds"/>.</summary>
internal sealed class Durations
{
    private readonly long[] counts = new long[HubMetrics.Bounds.Length + 1];
    private double sum;

    public void Add(double seconds)
    {
        lock (counts)
        {
            var place = Array.FindIndex(HubMetrics.Bounds, bound => seconds <= bound);
            counts[place < 0 ? counts.Length - 1 : place]++;
            sum += seconds;
        }
    }

    /// <summary>How many in each bucket (the last: over all bounds), and the sum in seconds.</summary>
    public (long[] Counts, double Sum) Read()
    {
        lock (counts)
        {
            return ((long[])counts.Clone(), sum);
        }
    }
}
