using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Tools;

namespace Creel.Core.Sessions;

/// <summary>What the habitat in force says of conversations.</summary>
public sealed record SessionSettings
{
    /// <summary>No agents: every key is refused.</summary>
    public static SessionSettings None { get; } = new();

    private readonly Dictionary<AgentId, AgentSettings> byId = [];

    /// <summary>In the order of the habitat.</summary>
    public IReadOnlyList<AgentSettings> Agents
    {
        get => field ?? [];
        init
        {
            field = value;
            byId = value.ToDictionary(a => a.Id);
        }
    }

    /// <summary>Whose the main conversation is where no agent is named; null: nobody's.</summary>
    public AgentId? Default { get; init; }

    public SessionRules Session { get; init; } = new();

    public QueueRules Queue { get; init; } = new();

    /// <summary>Where hours of the user's day are meant; null: the machine's zone.</summary>
    public string? UserTimezone { get; init; }

    public SharingRules Sharing { get; init; } = SharingRules.Default;

    public AgentSettings? Find(AgentId agent) => byId.GetValueOrDefault(agent);

    public static SessionSettings Of(HabitatModel? habitat)
    {
        if (habitat is null)
        {
            return None;
        }

        var sections = habitat.Gateway;
        return new SessionSettings
        {
            Agents =
            [
                .. habitat.Agents.Select(a => new AgentSettings(a.Id)
                {
                    Group = a.Group,
                    Name = a.Name,
                    Model = a.Model,
                    Models = Offer(habitat, a),
                    Brain = a.Brain.Kind,
                    Tools = a.Mind.Tools,
                    Rules = sections.Agents.GetValueOrDefault(a.Id) ?? new AgentRules { Id = a.Id },
                    Limits = new LaneLimits(
                        sections.AgentDefaults.MaxConcurrent,
                        sections.Agents.GetValueOrDefault(a.Id)?.Subagents.MaxConcurrent ?? LaneLimits.Default.Helpers
                    ),
                }),
            ],
            Default = habitat.Agents.FirstOrDefault(a => a.Default)?.Id,
            Session = sections.Session,
            Queue = sections.Messages.Queue,
            UserTimezone = sections.AgentDefaults.UserTimezone,
            Sharing = new SharingRules(
                SharingRules.VisibilityOf(sections.SessionVisibility),
                habitat.Bridge.Enabled,
                habitat.Bridge.Sessions,
                sections.Session.MaxPingPongTurns
            ),
        };
    }

    /// <summary>A group without a list may ask any model of any upstream.</summary>
    private static ModelOffer Offer(HabitatModel habitat, AgentModel agent) =>
        new(
            agent.Model,
            agent.Mind.Fallbacks,
            habitat.GroupOf(agent).Models is { Count: > 0 } models ? models : [.. habitat.Upstreams.Select(u => $"{u.Name}/*")]
        );
}

/// <summary>What it says of one agent.</summary>
public sealed record AgentSettings(AgentId Id)
{
    /// <summary>Agents of one group share a cell, and are one principal.</summary>
    public GroupId Group { get; init; }

    /// <summary>For people; null: its id.</summary>
    public string? Name { get; init; }

    /// <summary><c>provider/model</c>; null: none was given.</summary>
    public string? Model { get; init; }

    public ModelOffer Models { get; init; } = ModelOffer.None;

    /// <summary>The kind of its brain.</summary>
    public string Brain { get; init; } = "native";

    public ToolRules Tools { get; init; } = ToolRules.Usual;

    public AgentRules Rules { get; init; } = new() { Id = Id };

    public LaneLimits Limits { get; init; } = LaneLimits.Default;
}
