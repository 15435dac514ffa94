using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Sessions;
using Creel.Core.Work;

namespace Creel.Bench;

/// <summary>Agents that answer at once: what is measured is what stands before them.</summary>
internal sealed class BenchAgents : IDispatcher, ITaskWatch, ITranscripts
{
    private readonly ConcurrentDictionary<TaskId, TaskRecord> ended = new();

    /// <summary>By the message: when its turn was given to the agent.</summary>
    public ConcurrentDictionary<string, long> Starts { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<(string Session, string Message)> Order { get; } = new();

    public ValueTask<TaskTicket> SubmitAsync(TaskRequest request, CancellationToken cancel = default)
    {
        using var json = JsonDocument.Parse(request.Payload);
        var message = json.RootElement.GetProperty("message").GetString()!;
        Starts[message] = Stopwatch.GetTimestamp();
        Order.Enqueue((json.RootElement.GetProperty("sessionKey").GetString()!, message));
        var id = request.Id ?? new TaskId(Guid.CreateVersion7());
        var now = DateTimeOffset.UtcNow;
        var record = new TaskRecord
        {
            Task = SampleTask.New(request.Agent) with { Id = id },
            State = TaskState.Succeeded,
            StartedAt = now,
            FinishedAt = now,
            Result = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { result = new { text = message } })),
        };
        ended[id] = record;
        return new(new TaskTicket(id, false, Task.FromResult(record)));
    }

    public ValueTask<TaskRecord> CancelAsync(TaskId id, string by, CancellationToken cancel = default) => new(ended[id]);

    public Task<TaskRecord?> FollowAsync(TaskId id, Action<OutputChunk?> seen, CancellationToken cancel = default)
    {
        seen(null);
        return Task.FromResult<TaskRecord?>(ended.GetValueOrDefault(id));
    }

    public IReadOnlyList<SessionEntry> Index(AgentId agent, Action<string> trouble) => [];

    public TranscriptPart Tail(AgentId agent, string sessionId, int limit, int most) => TranscriptPart.Empty;

    public IReadOnlyList<string> PutAside(AgentId agent, string sessionId, string reason, DateTimeOffset at) => [];
}
