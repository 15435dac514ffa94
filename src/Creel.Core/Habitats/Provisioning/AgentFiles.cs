using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>The files of agents that live in cells of this habitat: they reach us at their relay, and where they call from says who they are.</summary>
public sealed class AgentFiles(ProvisioningModel provisioning, FileRenderer renderer)
{
    /// <summary>The agents' own API, as their cells see it.</summary>
    public const string BaseUrl = "http://127.0.0.1:18080/creel";

    private static readonly GatewaySheet Here = new() { Id = "creel", Name = "Creel" };

    public static string Session(AgentId agent) => $"agent:{agent}:main";

    /// <exception cref="CreelException">A template is wrong.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Render(AgentModel agent, IEnumerable<string> names)
    {
        var said = provisioning.Agents.GetValueOrDefault(agent.Id) ?? new ProvisionedModel();
        var board = said.Board is { } name ? provisioning.Boards[name] : null;
        var kind = provisioning.KindOf(agent.Id);
        var sheet = new AgentSheet
        {
            Id = agent.Id.Value,
            Name = agent.Name,
            SessionKey = Session(agent.Id),
            Identity = said.Profile,
            IdentityTemplate = said.IdentityTemplate,
            SoulTemplate = said.SoulTemplate,
            IsLead = kind == AgentKind.Lead,
        };
        var user = (said.User ?? board?.User) is { } of ? provisioning.Users[of] : null;
        var contexts = new Contexts(ProvisioningMode.Ours, new AgentKeys(ProvisioningMode.Ours), BaseUrl);
        var context = board is null
            ? contexts.Standalone(sheet, Here, "", user)
            : contexts.Board(sheet, board.Sheet, Here, "", user);
        return renderer.Render(sheet, kind, context, names, bootstrap: true);
    }
}
