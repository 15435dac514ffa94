namespace Creel.Commands.Gateway;

internal sealed record GatewayView(
    bool Up,
    string? Url,
    string? Auth,
    IReadOnlyList<GatewayClientView>? Clients,
    int Pending,
    int Paired,
    string? Why = null,
    string? Remedy = null
);

internal sealed record GatewayClientView(string Host, string Mode, string? Ip, IReadOnlyList<string>? Scopes);

internal sealed record GatewayTokenView(string Token, string Source);

internal sealed record ForeignGatewaysView(IReadOnlyList<ForeignGatewayView> Gateways);

internal sealed record ForeignGatewayView(
    string Name,
    string Url,
    string? Pin,
    string? Ca,
    bool Device,
    bool Secret,
    IReadOnlyList<ForeignAgentView>? Agents
);

internal sealed record ForeignAgentView(string Id);

internal sealed record RemovedGatewayView(string Name, string? Url, IReadOnlyList<string>? Agents);

/// <param name="Kept">It is in the habitat.</param>
/// <param name="Written">What was said of it is there now; null: nothing was said.</param>
internal sealed record TriedGatewayView(
    string Name,
    string Url,
    string? WorkspaceRoot,
    string? BaseUrl,
    bool Kept,
    bool? Written,
    bool Works,
    IReadOnlyList<GatewayStepView> Steps
);

/// <param name="Ok">Null: it was not come to.</param>
internal sealed record GatewayStepView(string Name, bool? Ok, string Text, string? Remedy);
