using System.Text.Json.Nodes;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>What the agents of one gateway elsewhere are to be.</summary>
internal sealed class DesiredElsewhere(
    ProvisioningModel provisioning,
    ForeignGatewayModel gateway,
    ProvisioningMode mode,
    string? ownUrl,
    FileRenderer renderer
)
{
    private readonly AgentKeys keys = new(mode);
    private readonly GatewaySheet place = new()
    {
        Id = gateway.Name,
        Name = gateway.Name,
        Url = gateway.Url.OriginalString,
        WorkspaceRoot = gateway.WorkspaceRoot,
    };

    /// <exception cref="CreelException">It can't be made as the habitat says.</exception>
    public DesiredAgent Of(GatewayAgentModel agent)
    {
        var (_, kind, sheet) = Known(agent);
        return new DesiredAgent
        {
            Agent = agent.Id,
            Gateway = gateway.Name,
            Kind = kind,
            Registration = new AgentRegistration(
                agent.IsMain ? AgentKeys.MainAgent(gateway.Name) : keys.Key(sheet),
                agent.Name,
                Workspace(sheet),
                agent.Files ? Heartbeats.Of(agent.Heartbeat) : AsThere(agent)
            ),
            Session = sheet.SessionKey!,
            Files = agent.Files ? Files(agent, FileRules.Usual) : null,
        };
    }

    /// <exception cref="CreelException">One can't be made.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> Files(GatewayAgentModel agent, IEnumerable<string> names)
    {
        var (said, kind, sheet) = Known(agent);
        var board = said.Board is { } name ? provisioning.Boards[name] : null;
        var user = (said.User ?? board?.User) is { } of ? provisioning.Users[of] : null;
        var contexts = new Contexts(mode, keys, BaseUrl());
        const string Token = DesiredAgent.TokenMark;
        var context =
            kind == AgentKind.Main ? contexts.Main(sheet, place, Token, user)
            : board is not null ? contexts.Board(sheet, board.Sheet, place, Token, user)
            : contexts.Standalone(sheet, place, Token, user);
        if (
            context.FirstOrDefault(c => c.Key != "auth_token" && c.Value.Contains(Token, StringComparison.Ordinal)).Key is { } key
        )
        {
            throw new CreelException(
                Fault.Invalid("token-mark", $"{key} holds the text {Token}, which stands for the token", "Write it otherwise.")
            );
        }

        return renderer.Render(sheet, kind, context, names, bootstrap: true);
    }

    private (ProvisionedModel Said, AgentKind Kind, AgentSheet Sheet) Known(GatewayAgentModel agent)
    {
        var said = provisioning.Agents.GetValueOrDefault(agent.Id) ?? new ProvisionedModel();
        var kind = agent.IsMain ? AgentKind.Main : provisioning.KindOf(agent.Id);
        return (said, kind, ProvisionedSheet.Of(agent, keys, said, kind, mode));
    }

    private string Workspace(AgentSheet sheet) =>
        mode == ProvisioningMode.Ours && sheet.Workspace is null && string.IsNullOrEmpty(gateway.WorkspaceRoot)
            ? throw new CreelException(
                Fault.Invalid(
                    "workspace-root",
                    $"{gateway.Name} says no folder for its agents",
                    $"Write gateways.{gateway.Name}.workspaceRoot, a folder on its machine, as in \"/home/claw/agents\"; or: "
                        + $"creel gateway add {gateway.Name} {gateway.Url.OriginalString} --workspace-root DIR"
                )
            )
            : keys.Workspace(sheet, gateway.WorkspaceRoot);

    private string BaseUrl() =>
        gateway.BaseUrl
        ?? (gateway.Url.IsLoopback ? ownUrl : null)
        ?? throw new CreelException(
            Fault.Invalid(
                "base-url",
                $"{gateway.Name} is {(gateway.Url.IsLoopback ? "on this machine, and it is not known where we are" : "on another machine")}: "
                    + "its agents can't be told how to reach us",
                $"Write gateways.{gateway.Name}.baseUrl, as in \"https://host/creel\": an address of this Creel that they reach; or: "
                    + $"creel gateway add {gateway.Name} {gateway.Url.OriginalString} --base-url URL"
            )
        );

    /// <summary>Nothing is laid under it that its gateway did not have.</summary>
    private static JsonObject AsThere(GatewayAgentModel agent) => agent.Heartbeat is { } said ? JsonObject.Create(said)! : [];
}
