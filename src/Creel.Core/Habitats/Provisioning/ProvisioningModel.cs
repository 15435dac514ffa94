using System.Text.Json;
using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>What a habitat says for the files of its agents: boards, users, and the part of each agent, here or elsewhere.</summary>
public sealed record ProvisioningModel(
    IReadOnlyDictionary<string, BoardModel> Boards,
    IReadOnlyDictionary<string, UserSheet> Users,
    IReadOnlyDictionary<AgentId, ProvisionedModel> Agents
)
{
    public static readonly ProvisioningModel None = new(
        new Dictionary<string, BoardModel>(),
        new Dictionary<string, UserSheet>(),
        new Dictionary<AgentId, ProvisionedModel>()
    );

    /// <summary>What agents' files are rendered from.</summary>
    public TemplatesModel Templates { get; init; } = TemplatesModel.Ours;

    /// <summary>Of an agent here, or one elsewhere that is not its gateway's main one.</summary>
    public AgentKind KindOf(AgentId agent) =>
        Agents.GetValueOrDefault(agent)?.Board is not { } board ? AgentKind.Standalone
        : Boards[board].Lead == agent ? AgentKind.Lead
        : AgentKind.Board;
}

/// <param name="User">Of <see cref="ProvisioningModel.Users"/>: for whom its agents work that name nobody.</param>
public sealed record BoardModel(BoardSheet Sheet, AgentId? Lead, string? User);

/// <summary>An agent's <c>provision</c>.</summary>
public sealed record ProvisionedModel
{
    public string? Board { get; init; }

    public string? User { get; init; }

    public JsonElement? Profile { get; init; }

    public string? IdentityTemplate { get; init; }

    public string? SoulTemplate { get; init; }
}
