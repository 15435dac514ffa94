using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>The entry of an agent at a gateway elsewhere, with an id that is right and nobody else's, on its way to become a model.</summary>
internal sealed record GatewayAgentDraft(AgentId Id, string Gateway, bool IsMain, Json5Place At, Fields Fields)
{
    public static readonly string[] Keys =
    [
        .. (string[])["name", "board", "user", "profile", "heartbeat"],
        .. (string[])["identityTemplate", "soulTemplate", "session", "workspace", "files"],
    ];

    public static readonly string[] MainKeys =
    [
        .. (string[])["name", "user", "profile", "heartbeat", "identityTemplate", "soulTemplate"],
    ];
}
