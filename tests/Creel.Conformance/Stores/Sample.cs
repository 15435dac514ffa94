using Creel.Core;
using Creel.Core.Work;

namespace Creel.Conformance.Stores;

/// <summary>Tasks and times for the suites; whole milliseconds, as stores keep them.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    public static readonly AgentId Homer = AgentId.Parse("homer");
    public static readonly AgentId Bart = AgentId.Parse("bart");
    public static readonly Lease First = new("journal-1", 1);

    public static DateTimeOffset At(int seconds) => Start.AddSeconds(seconds);

    public static AgentTask Task(AgentId? agent = null, int created = 0, int expires = 1000, bool retry = false) =>
        new()
        {
            Id = new TaskId(Guid.CreateVersion7()),
            Agent = agent ?? Homer,
            Type = "exec",
            Payload = """{"type":"exec","command":"echo ☕\u0000"}"""u8.ToArray(),
            From = "agent:lisa",
            Retry = retry,
            CreatedAt = At(created),
            ExpiresAt = At(expires),
        };

    public static async Task<AgentTask> AddAsync(
        this ITaskStore store,
        AgentTask? task = null,
        Lease? lease = null,
        int limit = 1000
    )
    {
        task ??= Task();
        (await store.AppendAsync([new NewTask(task, lease, limit)])).ShouldBe([AppendOutcome.Accepted]);
        return task;
    }

    public static async Task<TaskRecord> GetAsync(this ITaskStore store, AgentTask task) =>
        (await store.FindAsync(task.Id)).ShouldNotBeNull();

    public static TaskCompletion End(AgentTask task, TaskState state, long epoch = long.MaxValue, string? reason = null) =>
        new(task.Id, state, epoch, "{\"exitCode\":0}"u8.ToArray(), At(50), reason);

    public static TaskMove Move(AgentTask task, TaskState to, Lease? lease, int at = 10) => new(task.Id, to, lease, At(at));
}
