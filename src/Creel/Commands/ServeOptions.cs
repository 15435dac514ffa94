namespace Creel.Commands;

/// <summary>What <c>creel serve</c> was asked for.</summary>
/// <param name="Home">Where state is kept, absolute.</param>
/// <param name="HttpPort">0: any that is free.</param>
/// <param name="WsPort">0: any that is free.</param>
/// <param name="GatewayPort">Null: what the habitat says, else 18789. 0: any that is free.</param>
/// <param name="RunFolder">For sockets; null: <c>/run/creel</c>, or <c>$XDG_RUNTIME_DIR/creel</c> for an ordinary user.</param>
/// <param name="UnauthenticatedOldApi">The older routes answer without a token, as the older hub did.</param>
/// <param name="Env">The names of the variables that habitats may ask for.</param>
/// <param name="Json">Its log lines are JSON.</param>
internal sealed record ServeOptions(
    string Home,
    int HttpPort,
    int WsPort,
    int? GatewayPort,
    string? RunFolder,
    bool UnauthenticatedOldApi,
    IReadOnlyList<string> Env,
    bool Json
)
{
    /// <summary>By which others call this machine, beside localhost: of a reverse proxy before it.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];
}
