using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;

namespace Creel.Tests.Gateway.Sessions;

/// <summary>The hub and its agents in memory: tasks are taken, and end as the test says. It outlives a gateway that is thrown away.</summary>
internal sealed class StandInAgents : IDispatcher, ITaskWatch
{
    private readonly ConcurrentDictionary<TaskId, Work> all = new();
    private readonly Lock gate = new();
    private readonly List<Work> order = [];

    /// <summary>Answers by itself; null: the test does.</summary>
    public Func<Work, string?>? Answer { get; set; }

    /// <summary>Runs before a task is kept, and after.</summary>
    public Action<Work>? Before { get; set; }
    public Action<Work>? After { get; set; }

    public Fault? Broken { get; set; }

    public IReadOnlyList<Work> Given
    {
        get
        {
            lock (gate)
            {
                return [.. order];
            }
        }
    }

    public ValueTask<TaskTicket> SubmitAsync(TaskRequest request, CancellationToken cancel = default)
    {
        if (Broken is { } fault)
        {
            throw new CreelException(fault);
        }

        var work = new Work(request.Id ?? new TaskId(Guid.CreateVersion7()), request);
        Before?.Invoke(work);
        if (!all.TryAdd(work.Id, work))
        {
            throw new InvalidOperationException("a task was given twice");
        }

        lock (gate)
        {
            order.Add(work);
        }

        After?.Invoke(work);
        if (Answer?.Invoke(work) is { } text)
        {
            work.End(TaskState.Succeeded, text);
        }

        return new(new TaskTicket(work.Id, false, work.Completion));
    }

    public ValueTask<TaskRecord> CancelAsync(TaskId id, string by, CancellationToken cancel = default)
    {
        if (!all.TryGetValue(id, out var work))
        {
            throw new CreelException(Fault.NotFound("task-not-found", "no such task"));
        }

        work.Cancelled = by;
        if (work.EndsWhenCancelled)
        {
            work.End(TaskState.Cancelled, null);
        }

        return new(work.Record);
    }

    public async Task<TaskRecord?> FollowAsync(TaskId id, Action<OutputChunk?> seen, CancellationToken cancel = default)
    {
        await Task.Yield();
        if (!all.TryGetValue(id, out var work))
        {
            return null;
        }

        using var watching = work.Watch(seen);
        return await work.Completion.WaitAsync(cancel);
    }

    public sealed class Work(TaskId id, TaskRequest request)
    {
        private readonly TaskCompletionSource<TaskRecord> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<OutputChunk> said = [];
        private readonly List<Action<OutputChunk?>> watchers = [];
        private readonly Dictionary<string, long> offsets = [];

        public TaskId Id => id;
        public TaskRequest Request => request;
        public string? Cancelled { get; set; }
        public bool EndsWhenCancelled { get; set; } = true;
        public Task<TaskRecord> Completion => end.Task;

        public JsonElement Payload => JsonDocument.Parse(request.Payload).RootElement;
        public string Message => Payload.GetProperty("message").GetString()!;
        public string Key => Payload.GetProperty("sessionKey").GetString()!;
        public string Session => Payload.GetProperty("sessionId").GetString()!;

        public TaskRecord Record => At(TaskState.Running, null, null);

        public void Say(string text, string stream = "stdout")
        {
            lock (said)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                var chunk = new OutputChunk(id.ToString(), stream, offsets.GetValueOrDefault(stream), bytes);
                offsets[stream] = chunk.Offset + bytes.Length;
                said.Add(chunk);
                watchers.ForEach(w => w(chunk));
            }
        }

        public void End(TaskState state, string? text, string? reason = null, string? extra = null) =>
            end.TrySetResult(
                At(state, text is null ? null : $"{{\"result\":{{\"text\":{JsonSerializer.Serialize(text)}{extra}}}}}", reason)
            );

        public IDisposable Watch(Action<OutputChunk?> seen)
        {
            lock (said)
            {
                seen(null);
                said.ForEach(seen);
                watchers.Add(seen);
                return new Leaving(() =>
                {
                    lock (said)
                    {
                        watchers.Remove(seen);
                    }
                });
            }
        }

        private TaskRecord At(TaskState state, string? result, string? reason) =>
            new()
            {
                Task = new AgentTask
                {
                    Id = id,
                    Agent = request.Agent,
                    Type = "turn",
                    Payload = request.Payload,
                    From = request.From,
                    CreatedAt = DateTimeOffset.UnixEpoch,
                    ExpiresAt = DateTimeOffset.UnixEpoch,
                },
                State = state,
                Result = Encoding.UTF8.GetBytes(result ?? ""),
                Reason = reason,
            };

        private sealed class Leaving(Action leave) : IDisposable
        {
            public void Dispose() => leave();
        }
    }
}
