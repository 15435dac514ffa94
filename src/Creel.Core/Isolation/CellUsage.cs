namespace Creel.Core.Isolation;

/// <summary>What a cell uses by itself; null where nothing counts it.</summary>
/// <param name="Memory">Bytes, without file cache that the kernel may drop.</param>
/// <param name="Cpu">Processor time of all its processes since it started.</param>
/// <param name="Pids">Processes and threads.</param>
public sealed record CellUsage(long? Memory, TimeSpan? Cpu, long? Pids);
