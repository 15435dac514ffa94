using Creel.Core;
using Creel.Core.Work;

namespace Creel.Bench;

/// <summary>A task as they usually are: a payload of 256 bytes.</summary>
internal static class SampleTask
{
    public static readonly byte[] Body =
    [
        .. "{\"type\":\"exec\",\"command\":\""u8,
        .. Enumerable.Repeat((byte)'x', 227),
        .. "\"}"u8,
    ];

    public static AgentTask New(AgentId agent)
    {
        var now = DateTimeOffset.UtcNow;
        return new AgentTask
        {
            Id = new TaskId(Guid.CreateVersion7()),
            Agent = agent,
            Type = "exec",
            Payload = Body,
            From = "admin",
            CreatedAt = now,
            ExpiresAt = now.AddDays(1),
        };
    }
}
