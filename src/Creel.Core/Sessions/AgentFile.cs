namespace Creel.Core.Sessions;

/// <summary>A file of an agent's workspace that says who it is (<c>SOUL.md</c>, …).</summary>
/// <param name="Path">On the host, for people.</param>
/// <param name="Size">Bytes; null where it is missing.</param>
/// <param name="Content">Null in a list, and where it is missing.</param>
public sealed record AgentFile(string Name, string Path, bool Missing, long? Size, DateTimeOffset? UpdatedAt, string? Content);
