using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>In which conversations the agent answers: <c>session.sendPolicy</c>.</summary>
public static class Sending
{
    /// <summary>What a session says itself goes first; then a rule that forbids wins over all that allow.</summary>
    /// <param name="own">What the session itself says: <c>allow</c> or <c>deny</c>; null: nothing.</param>
    /// <param name="channel">The channel of the message; null: none.</param>
    public static bool Permits(SendPolicyModel policy, string sessionKey, string? own, string? channel)
    {
        if (own is not null)
        {
            return own == "allow";
        }

        var matching = policy.Rules.Where(r => Matches(r, sessionKey, channel)).ToList();
        return matching.Count == 0 ? policy.Default : matching.All(r => r.Allow);
    }

    private static bool Matches(SendRule rule, string sessionKey, string? channel)
    {
        var rest = SessionKeyText.Parse(sessionKey)?.Rest ?? sessionKey;
        return (rule.Channel is null || rule.Channel == (channel ?? ChannelOf(rest)))
            && (rule.ChatType is null || rule.ChatType == Type(sessionKey, rest))
            && (rule.KeyPrefix is null || rest.StartsWith(rule.KeyPrefix, StringComparison.OrdinalIgnoreCase))
            && (rule.RawKeyPrefix is null || sessionKey.StartsWith(rule.RawKeyPrefix, StringComparison.OrdinalIgnoreCase));
    }

    private static string Type(string sessionKey, string rest) =>
        SessionKind.Of(sessionKey) != "group" ? "direct"
        : rest.Split(':').Contains("channel") ? "channel"
        : "group";

    private static string? ChannelOf(string rest) => rest.Split(':') is { Length: >= 3 } parts ? parts[0] : null;
}
