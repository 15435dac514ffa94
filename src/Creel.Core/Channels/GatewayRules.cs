using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>What the configuration says about messages.</summary>
public sealed record GatewayRules
{
    public required RoutingModel Routing { get; init; }

    public IReadOnlyList<AccountModel> Accounts { get; init; } = [];

    public BroadcastModel Broadcast { get; init; } = BroadcastModel.None;

    /// <summary>By agent.</summary>
    public IReadOnlyDictionary<string, MentionPatterns> Mentions { get; init; } = new Dictionary<string, MentionPatterns>();

    /// <summary>Who may use what only owners may (<c>commands.ownerAllowFrom</c>); null: whom an account's own list names.</summary>
    public IReadOnlyList<string>? Owners { get; init; }

    /// <summary>What can't be as it is written, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>By channel: what an account holds to that nothing is written about.</summary>
    public IReadOnlyDictionary<string, AccountModel> Unwritten { get; init; } = new Dictionary<string, AccountModel>();

    /// <summary>An account that is known by its token alone.</summary>
    public AccountModel Account(ChannelAccount id) =>
        (Unwritten.GetValueOrDefault(id.Channel) ?? new AccountModel(id)) with
        {
            Id = id,
            Place = $"channels.{id.Channel}",
        };
}
