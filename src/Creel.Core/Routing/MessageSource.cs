namespace Creel.Core.Routing;

/// <summary>Where a message came from, as a channel tells it. Its texts are made comparable here, once.</summary>
public sealed record MessageSource
{
    /// <param name="channel">A channel's name, in any case.</param>
    /// <param name="account">An account on it; null is the default one.</param>
    public MessageSource(string? channel, string? account = null)
    {
        Channel = RoutingText.Channel(channel);
        Account = RoutingText.Account(account);
    }

    public string Channel { get; }

    public string Account { get; }

    /// <summary>The conversation itself.</summary>
    public Peer? Peer { get; init; }

    /// <summary>What the conversation is a thread or a topic of.</summary>
    public Peer? ParentPeer { get; init; }

    public string? GuildId
    {
        get;
        init => field = RoutingText.Trim(value) is { Length: > 0 } id ? id : null;
    }

    public string? TeamId
    {
        get;
        init => field = RoutingText.Trim(value) is { Length: > 0 } id ? id : null;
    }

    /// <summary>The sender's roles in the guild.</summary>
    public IReadOnlyList<string> MemberRoleIds
    {
        get => field ?? [];
        init;
    }
}
