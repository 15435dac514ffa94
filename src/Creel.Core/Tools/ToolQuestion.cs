namespace Creel.Core.Tools;

/// <summary>For whom and with which model tools are asked for.</summary>
/// <param name="Provider">The model's.</param>
/// <param name="Model">Without its provider.</param>
/// <param name="Subagent">Another turn asked for this one.</param>
/// <param name="Leaf">And it may ask nobody else in its turn.</param>
/// <param name="Owner">Whoever speaks is an owner.</param>
/// <param name="Limits">What rooms and senders are limited to; null: to nothing.</param>
public sealed record ToolQuestion(
    string Provider,
    string Model,
    bool Subagent = false,
    bool Leaf = true,
    bool Owner = true,
    IReadOnlyList<ToolLimit>? Limits = null
);

/// <summary>What became of a tool.</summary>
/// <param name="Step">Which step took it away; null: it is there.</param>
/// <param name="Why">What that step says.</param>
public sealed record ToolVerdict(string Tool, string? Step, string? Why)
{
    public bool There => Step is null;
}

/// <summary>All verdicts, in the order of the tools, and what of the configuration does nothing.</summary>
public sealed record ToolResolution(IReadOnlyList<ToolVerdict> Verdicts, IReadOnlyList<string> Warnings)
{
    public IEnumerable<string> There => Verdicts.Where(v => v.There).Select(v => v.Tool);
}
