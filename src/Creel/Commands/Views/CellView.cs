using System.Globalization;
using Creel.Terminal;

namespace Creel.Commands.Views;

/// <summary>A cell, as <c>GET /cells</c> shows it.</summary>
internal sealed record CellView(
    string Id,
    string? Group,
    IReadOnlyList<string>? Agents,
    string? Level,
    string? Driver,
    string? Network,
    string? State,
    bool Connected,
    DateTimeOffset? Since,
    int Restarts,
    string? Reason,
    DateTimeOffset? NextTry,
    HealthView? Health,
    UsageView? Usage,
    IReadOnlyList<string>? Notes,
    IReadOnlyDictionary<string, long>? Tasks
);

/// <summary>What a cell itself uses, where the kernel counts that.</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="Cpu">Cores.</param>
internal sealed record UsageView(double? Memory, double? Cpu)
{
    /// <summary>Of one core, as <c>top</c> says it; empty where nothing counts it.</summary>
    public string CpuWords => Cpu is { } cores ? (cores * 100).ToString("0.#", CultureInfo.InvariantCulture) + "%" : "";

    public string MemoryWords => Memory is { } bytes ? Words.Bytes(bytes) : "";
}

/// <summary>What the runtime in the cell says.</summary>
internal sealed record HealthView(BrainView? Brain, SetupView? Setup = null);

/// <param name="State"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
internal sealed record SetupView(string? State, string? Reason)
{
    public bool Done => State is null or "done";
}

/// <param name="State"><c>starting</c>, <c>healthy</c> or <c>failing</c>.</param>
internal sealed record BrainView(string? Kind, string? State, string? Reason)
{
    public bool Healthy => State is null or "healthy";
}

internal sealed record CellsView(IReadOnlyList<CellView>? Cells, string? Notice = null);
