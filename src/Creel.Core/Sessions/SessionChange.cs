namespace Creel.Core.Sessions;

/// <summary>A field of a session that shall be different; <see cref="Value"/> null clears it.</summary>
/// <param name="Field">As OpenClaw's <c>sessions.patch</c> names it: <c>label</c>, <c>model</c>, <c>thinkingLevel</c>, …</param>
public sealed record SessionChange(string Field, string? Value);
