using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats;

/// <summary>The declared whole, validated: nothing in it is wrong or missing.</summary>
public sealed record HabitatModel
{
    public required string Name { get; init; }

    /// <summary>In the order of the file; exactly one is the default, unless there are none.</summary>
    public required IReadOnlyList<AgentModel> Agents { get; init; }

    /// <summary>The default agent was named, or is the only one; else the first is it where work names nobody, and messages have none.</summary>
    public bool DefaultNamed { get; init; } = true;

    /// <summary>Sorted by id; each agent is in exactly one.</summary>
    public required IReadOnlyList<AgentGroup> Groups { get; init; }

    public IReadOnlyList<SharedPath> SharedPaths { get; init; } = [];

    /// <summary>Who may ask whom for work.</summary>
    public BridgeModel Bridge { get; init; } = BridgeModel.Off;

    /// <summary>Where calls may go: the providers that are built in, and those that the habitat names.</summary>
    public IReadOnlyList<UpstreamModel> Upstreams { get; init; } = BuiltInUpstreams.All;

    /// <summary>What all agents together may spend.</summary>
    public IReadOnlyList<BudgetModel> Budgets { get; init; } = [];

    /// <summary>On top of the prices that come with the proxy.</summary>
    public IReadOnlyList<PriceModel> Prices { get; init; } = [];

    /// <summary>Features whose cost has no bound of its own, and what they may cost; others are refused.</summary>
    public IReadOnlyList<BoundModel> Bounds { get; init; } = [];

    /// <summary>Put into calls that set no limit on the answer, in groups that don't say it themselves.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The price of models that have none; null: their calls are refused.</summary>
    public RateModel? Unpriced { get; init; }

    /// <summary>Calls to providers that ignore the proxy are taken over by it; otherwise they are refused.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Bytes of a call's body, at most.</summary>
    public long BodyLimit { get; init; } = ProxyOrders.UsualBodyLimit;

    /// <summary>Seconds that an upstream may be silent.</summary>
    public int ReadTimeout { get; init; } = ProxyOrders.UsualReadTimeout;

    /// <summary>What answers in the place of all providers; null: they do themselves.</summary>
    public OfflineScript? Offline { get; init; }

    /// <summary>Where programs in no cell may call providers; null: nowhere.</summary>
    public CompatibilityPort? Compatibility { get; init; }

    /// <summary>Gateways elsewhere, by name.</summary>
    public IReadOnlyDictionary<string, ForeignGatewayModel> ForeignGateways { get; init; } =
        new Dictionary<string, ForeignGatewayModel>();

    /// <summary>The sections that other rooms read (<c>bindings</c>, <c>channels</c>, <c>session</c>, …), as JSON text by key.</summary>
    public IReadOnlyDictionary<string, string> Sections { get; init; } = new Dictionary<string, string>();

    /// <summary>Where an OpenClaw of this configuration keeps its state, absolute: the folder of an <c>openclaw.json</c>; null: it is a habitat of
    /// Creel's own.</summary>
    public string? StateFolder { get; init; }

    /// <summary>The sections about conversations, as they hold: channels, sessions, messages, what the gateway is, and each agent's part.</summary>
    public GatewaySections Gateway { get; init; } = new();

    /// <summary>Boards, users, and what agents' files are rendered with.</summary>
    public ProvisioningModel Provisioning { get; init; } = ProvisioningModel.None;

    /// <exception cref="CreelException">There is none of that name.</exception>
    public ForeignGatewayModel ForeignGateway(string name) =>
        ForeignGateways.GetValueOrDefault(name) ?? throw ForeignGatewayModel.Missing(name, ForeignGateways.Keys);

    public AgentModel? Find(AgentId id) => Agents.FirstOrDefault(a => a.Id == id);

    public AgentGroup GroupOf(AgentModel agent) => Groups.First(g => g.Id == agent.Group);
}
