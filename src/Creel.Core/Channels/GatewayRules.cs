using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>What the configuration says about messages, ready to decide by.</summary>
public sealed record GatewayRules
{
    public required RoutingModel Routing { get; init; }

    public BroadcastModel Broadcast { get; init; } = new();

    /// <summary>Which words begin a conversation anew.</summary>
    public SessionRules Session { get; init; } = new();

    /// <summary>By agent.</summary>
    public IReadOnlyDictionary<string, MentionPatterns> Mentions { get; init; } = new Dictionary<string, MentionPatterns>();

    /// <summary>Who may use what only owners may (<c>commands.ownerAllowFrom</c>); null: whom an account's own list names.</summary>
    public IReadOnlyList<string>? Owners { get; init; }

    /// <summary>A text that begins with <c>/</c> may be a command (<c>commands.text</c>).</summary>
    public bool TextCommands { get; init; } = true;

    /// <summary>Who may command (<c>commands.allowFrom</c>), by channel, <c>*</c> for the others; null: who is in the list that let him in.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Commanders { get; init; }

    /// <summary>What can't be as it is written, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
