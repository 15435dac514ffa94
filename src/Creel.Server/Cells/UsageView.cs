namespace Creel.Server.Cells;

/// <summary>What a cell uses, as its control group counts it.</summary>
/// <param name="Memory">Bytes, without file cache that the kernel may drop.</param>
/// <param name="Cpu">Cores, 0.5 being half of one, lately.</param>
/// <param name="CpuSeconds">In all, since the cell started.</param>
/// <param name="Pids">Processes and threads.</param>
internal sealed record UsageView(long? Memory, double? Cpu, double? CpuSeconds, long? Pids);
