using Creel.Core.Habitats.Json5;

namespace Creel.Core.Routing;

/// <summary>One rule: messages from there go to that agent.</summary>
public sealed record BindingModel
{
    /// <summary>Its place in <c>bindings</c>, from 0. Of two that match in the same tier the first wins.</summary>
    public required int Index { get; init; }

    /// <summary>As it was written.</summary>
    public required string AgentText { get; init; }

    public required string Channel { get; init; }

    /// <summary>Null: any account of the channel.</summary>
    public string? Account { get; init; }

    /// <summary>Null: whoever writes.</summary>
    public Peer? Peer { get; init; }

    public string? GuildId { get; init; }

    public string? TeamId { get; init; }

    /// <summary>The sender has one of these; empty: no matter.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Its own scope of direct messages.</summary>
    public DmScope? DmScope { get; init; }

    public GroupScope? GroupScope { get; init; }

    public Json5Place? At { get; init; }

    /// <summary>What it wants to be true of a message, in the words of OpenClaw's command line.</summary>
    public override string ToString() =>
        Channel
        + $" accountId={Account ?? "*"}"
        + (Peer is null ? "" : $" peer={Peer}")
        + (GuildId is null ? "" : $" guild={GuildId}")
        + (TeamId is null ? "" : $" team={TeamId}")
        + (Roles.Count == 0 ? "" : $" roles={string.Join(',', Roles)}");
}
