using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;

namespace Creel.Server.Hub.Tasks;

/// <summary>Tells whoever waits for a task of its end, and whoever watches it of its output and state.</summary>
internal sealed class TaskFeed(ITaskStore store)
{
    private readonly ConcurrentDictionary<TaskId, Topic> topics = new();

    /// <summary>
    /// Starts to listen. Whoever does so before asking the store for the task misses nothing: an end is told after its commit.
    /// </summary>
    public TaskListener Listen(TaskId id, TaskEvents? events = null)
    {
        while (true)
        {
            var topic = topics.GetOrAdd(id, static id => new Topic(id));
            lock (topic)
            {
                if (topic.Over)
                {
                    continue;
                }

                topic.Listeners++;
                if (events is not null)
                {
                    topic.Watchers.Add(events);
                }

                return new TaskListener(this, topic, events);
            }
        }
    }

    public bool Watched(TaskId id)
    {
        if (!topics.TryGetValue(id, out var topic))
        {
            return false;
        }

        lock (topic)
        {
            return topic.Watchers.Count > 0;
        }
    }

    public void Output(TaskId id, OutputChunk chunk) => Tell(id, events => events.Output(chunk));

    public void Changed(TaskId id) => Tell(id, static events => events.Changed());

    /// <summary>After the commit of the end. Costs nothing when nobody listens.</summary>
    public async ValueTask EndedAsync(AgentId agent, TaskCompletion end)
    {
        if (!topics.TryRemove(end.Id, out var topic))
        {
            return;
        }

        TaskRecord record;
        try
        {
            record = await store.FindAsync(end.Id) ?? Known(agent, end);
        }
        catch (Exception)
        {
            // The end is on disk, only reading it back fails: what is known is better than never.
            record = Known(agent, end);
        }

        lock (topic)
        {
            topic.Over = true;
            topic.End.TrySetResult(record);
            foreach (var watcher in topic.Watchers)
            {
                watcher.Ended(record);
            }
        }
    }

    internal void Leave(Topic topic, TaskEvents? events)
    {
        lock (topic)
        {
            if (events is not null)
            {
                topic.Watchers.Remove(events);
            }

            if (--topic.Listeners == 0 && !topic.Over)
            {
                topic.Over = true;
                topics.TryRemove(KeyValuePair.Create(topic.Id, topic));
            }
        }
    }

    private void Tell(TaskId id, Action<TaskEvents> tell)
    {
        if (topics.TryGetValue(id, out var topic))
        {
            lock (topic)
            {
                topic.Watchers.ForEach(tell);
            }
        }
    }

    private static TaskRecord Known(AgentId agent, TaskCompletion end) =>
        new()
        {
            Task = new AgentTask
            {
                Id = end.Id,
                Agent = agent,
                Type = "",
                Payload = "{}"u8.ToArray(),
                From = "",
                CreatedAt = end.At,
                ExpiresAt = end.At,
            },
            State = end.State,
            FinishedAt = end.At,
            Result = end.Body,
            Reason = end.Reason,
        };

    internal sealed class Topic(TaskId id)
    {
        public TaskId Id { get; } = id;
        public int Listeners { get; set; }
        public bool Over { get; set; }
        public List<TaskEvents> Watchers { get; } = [];
        public TaskCompletionSource<TaskRecord> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>One who waits for a task.</summary>
internal sealed class TaskListener(TaskFeed feed, TaskFeed.Topic topic, TaskEvents? events) : IDisposable
{
    /// <summary>Completes with the finished record; never faults.</summary>
    public Task<TaskRecord> End => topic.End.Task;

    public void Dispose() => feed.Leave(topic, events);
}
