using System.Collections.Concurrent;
using System.Text;
using Creel.Core;
using Creel.Core.Sessions;

namespace Creel.Tests.Gateway.Protocol.World;

/// <summary>Workspaces in memory.</summary>
internal sealed class MemoryFiles(Func<AgentId, string?> folder) : IAgentFiles
{
    private static readonly string[] Names =
    [
        "AGENTS.md",
        "SOUL.md",
        "TOOLS.md",
        "IDENTITY.md",
        "USER.md",
        "HEARTBEAT.md",
        "MEMORY.md",
    ];

    private readonly ConcurrentDictionary<(AgentId, string), string> texts = new();

    public string Workspace(AgentId agent) => folder(agent) ?? $"/workspaces/{agent}";

    public ValueTask<IReadOnlyList<AgentFile>> ListAsync(AgentId agent, CancellationToken cancel = default) =>
        ValueTask.FromResult<IReadOnlyList<AgentFile>>([.. Names.Select(n => File(agent, n) with { Content = null })]);

    public ValueTask<AgentFile> GetAsync(AgentId agent, string name, CancellationToken cancel = default) =>
        ValueTask.FromResult(File(agent, Known(name)));

    public ValueTask<AgentFile> SetAsync(AgentId agent, string name, string content, CancellationToken cancel = default)
    {
        texts[(agent, Known(name))] = content;
        return ValueTask.FromResult(File(agent, name));
    }

    private static string Known(string name) =>
        Names.Contains(name) ? name : throw new CreelException(Fault.Invalid("unsupported-file", "not one of these"));

    private AgentFile File(AgentId agent, string name)
    {
        var text = texts.GetValueOrDefault((agent, name));
        return new AgentFile(
            name,
            $"{Workspace(agent)}/{name}",
            text is null,
            text is null ? null : Encoding.UTF8.GetByteCount(text),
            text is null ? null : DateTimeOffset.UnixEpoch,
            text
        );
    }
}
