using Creel.Core.Habitats;

namespace Creel.Core.Outbound;

/// <summary>One cell, and what it may do outside.</summary>
public sealed record CellOrders
{
    public required CellId Cell { get; init; }

    /// <summary>Who pays: budgets, egress, models and limits are the group's.</summary>
    public required GroupId Group { get; init; }

    /// <summary>Whom a call may be attributed to. A label alone: all of them share the cell.</summary>
    public IReadOnlyList<AgentId> Agents { get; init; } = [];

    /// <summary>The group id that the cell runs under, where it has one of its own: it reaches the socket by that.</summary>
    public int? SocketGid { get; init; }

    /// <summary><c>upstream/model</c>, or <c>upstream/*</c>. Empty: all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public CallLimits Limits { get; init; } = new();

    /// <summary>What else it may reach. Empty: nothing.</summary>
    public IReadOnlyList<EgressRule> Egress { get; init; } = [];

    /// <summary>Lets through what is public, and records it. For one run, to find out which rules are needed.</summary>
    public bool Learn { get; init; }

    /// <summary>When that ends by itself, whatever becomes of who gave the orders; null: with the next orders.</summary>
    public DateTimeOffset? LearnUntil { get; init; }

    public IReadOnlyList<BudgetModel> Budgets { get; init; } = [];

    /// <summary>Put into calls that set no limit on the answer; null: the model's own limit is what they may cost.</summary>
    public int? MaxTokens { get; init; }
}

/// <summary>How much at once and a minute; null: as much as it likes, but for a ceiling on calls at once.</summary>
/// <param name="Tokens">
/// What calls may use at most, as it is known before they go: the bounds of the prompt and of all answers, by which money is
/// reserved, too. A call that may use more than this is never made.
/// </param>
/// <param name="Concurrent">Calls under way; null: 1024.</param>
public sealed record CallLimits(int? Requests = null, long? Tokens = null, int? Concurrent = null);
