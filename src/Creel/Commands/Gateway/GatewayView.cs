namespace Creel.Commands.Gateway;

internal sealed record GatewayView(
    bool Up,
    string? Url,
    string? Auth,
    IReadOnlyList<GatewayClientView>? Clients,
    int Pending,
    int Paired
);

internal sealed record GatewayClientView(string Host, string Mode, string? Ip, IReadOnlyList<string>? Scopes);

internal sealed record GatewayTokenView(string Token, string Source);
