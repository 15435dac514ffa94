namespace Creel.Core.Isolation;

/// <summary>What a cell may use at most; null where nothing limits it.</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="Cpu">Cores, 0.5 being half of one.</param>
/// <param name="Pids">Processes and threads.</param>
public sealed record ResourceLimits(Limit? Memory = null, Limit? Cpu = null, Limit? Pids = null)
{
    public static ResourceLimits Unlimited { get; } = new();
}

/// <summary>One limit.</summary>
/// <param name="Written">A person wrote it out, so a driver that can't enforce it must refuse; a default is only warned about.</param>
public readonly record struct Limit(double Value, bool Written);
