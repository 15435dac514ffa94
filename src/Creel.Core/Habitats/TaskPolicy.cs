namespace Creel.Core.Habitats;

/// <summary>What an agent's tasks may do, enforced by the runtime whatever the task itself asks for.</summary>
/// <param name="AllowSudo">A task may run through sudo, where the cell has one.</param>
/// <param name="MaxConcurrent">How many run at once; the rest wait in the runtime.</param>
/// <param name="MaxOutput">Bytes kept of each stream of a task; beyond it <c>truncated</c> is told.</param>
/// <param name="Timeout">For a task that names none.</param>
/// <param name="Types">The task types that are allowed; empty: all.</param>
public sealed record TaskPolicy(bool AllowSudo, int MaxConcurrent, int MaxOutput, TimeSpan Timeout, IReadOnlyList<string> Types)
{
    public static TaskPolicy Default { get; } = new(false, 5, 10 * 1024 * 1024, TimeSpan.FromMinutes(30), []);
}
