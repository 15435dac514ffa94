using Creel.Core.Budgets;
using Creel.Core.Isolation;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>Agents that share one isolation boundary, and therefore one principal: what one of them may, all may.</summary>
public sealed record AgentGroup
{
    public required GroupId Id { get; init; }

    public required IsolationLevel Level { get; init; }

    /// <summary>The driver that the user wrote out; null: the first that provides the level here.</summary>
    public string? Driver { get; init; }

    public required NetworkMode Network { get; init; }

    /// <summary>The container's image, as a person names it; null: the one that Creel makes.</summary>
    public string? Image { get; init; }

    /// <summary>The runtime below the container, by the name that the engine knows it by, such as <c>runsc</c>; null: the engine's default.</summary>
    public string? OciRuntime { get; init; }

    public required ResourceLimits Limits { get; init; }

    /// <summary>In the order of the file.</summary>
    public required IReadOnlyList<AgentId> Agents { get; init; }

    /// <summary>Host folders that this cell alone sees, beside those of all.</summary>
    public IReadOnlyList<SharedPath> Shared { get; init; } = [];

    /// <summary>What its cell is made ready with before the first task.</summary>
    public CellMaking Making { get; init; } = CellMaking.None;

    /// <summary><c>host:port</c> that the proxy lets through.</summary>
    public IReadOnlyList<string> Egress { get; init; } = [];

    /// <summary>Each with a window of its own; a call needs room in all of them.</summary>
    public IReadOnlyList<BudgetModel> Budgets { get; init; } = [];

    /// <summary>The models that it may call, as <c>upstream/model</c> or <c>upstream/*</c>. Empty: all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>How many calls, a minute and at once.</summary>
    public CallLimits Calls { get; init; } = new();

    /// <summary>Put into calls that set no limit on the answer; null: as the habitat says.</summary>
    public int? MaxTokens { get; init; }
}

/// <summary>A spending cap.</summary>
/// <param name="Per"><c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c>, <c>total</c>, or rolling: <c>90m</c>, <c>24h</c>, <c>7d</c>.</param>
/// <param name="Warn">The part of it at which to warn: 0.8 is 80 %.</param>
/// <param name="Soft">It warns, and refuses nothing.</param>
public sealed record BudgetModel(decimal Usd, string Per, double Warn = BudgetModel.UsualWarn, bool Soft = false)
{
    public const double UsualWarn = 0.8;

    /// <summary>The same, to count by.</summary>
    /// <exception cref="CreelException">The amount or the window is none.</exception>
    public Budget Budget() => new(Money.Dollars(Usd), Window.Parse(Per), Warn, !Soft);
}
