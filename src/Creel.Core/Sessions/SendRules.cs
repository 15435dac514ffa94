using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary><c>session.sendPolicy</c>: in which conversations the agent answers.</summary>
/// <param name="Allow">Where no rule matches.</param>
public sealed record SendRules(bool Allow, IReadOnlyList<SendRule> Rules)
{
    public static SendRules Default { get; } = new(true, []);

    /// <summary>A rule that forbids wins over all that allow.</summary>
    /// <param name="own">What the session itself says: <c>allow</c> or <c>deny</c>; null: nothing.</param>
    /// <param name="channel">The channel of the message, else of the session; null: none.</param>
    public bool Permits(string sessionKey, string? own, string? channel)
    {
        if (own is not null)
        {
            return own == "allow";
        }

        var matching = Rules.Where(r => r.Matches(sessionKey, channel)).ToList();
        return matching.Count == 0 ? Allow : matching.All(r => r.Allow);
    }
}

/// <param name="Channel">Null: any.</param>
/// <param name="ChatType"><c>direct</c> or <c>group</c>; null: any.</param>
/// <param name="KeyPrefix">Of what follows <c>agent:&lt;id&gt;:</c>, or of the whole key where it begins so; null: any.</param>
public sealed record SendRule(bool Allow, string? Channel, string? ChatType, string? KeyPrefix)
{
    public bool Matches(string sessionKey, string? channel)
    {
        var rest = SessionKeyText.Parse(sessionKey)?.Rest ?? sessionKey;
        return (Channel is null || Channel == (channel ?? ChannelOf(rest)))
            && (ChatType is null || ChatType == SessionKind.Of(sessionKey))
            && (
                KeyPrefix is null
                || rest.StartsWith(KeyPrefix, StringComparison.Ordinal)
                || sessionKey.StartsWith(KeyPrefix, StringComparison.Ordinal)
            );
    }

    private static string? ChannelOf(string rest) => rest.Split(':') is { Length: >= 3 } parts ? parts[0] : null;
}
