using Creel.Core.Gateway;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>Which calls are made again, and when.</summary>
public static class RetryRule
{
    private const double Spread = 0.2;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>What must not happen twice, and is not known by an id of ours: after a broken line nobody knows whether it did.</summary>
    private static readonly HashSet<string> Once =
    [
        "agents.create",
        "agents.delete",
        "config.patch",
        "config.set",
        "config.apply",
        "send",
        "update.run",
    ];

    /// <summary>May be said a second time when it is not known whether the first was heard.</summary>
    public static bool MayRepeat(string method) => !Once.Contains(method);

    /// <param name="fresh">The agent was made a moment ago: a gateway sees it only a while later.</param>
    public static RetryClass Of(GatewayRefusal refusal, bool fresh) =>
        refusal switch
        {
            // The one error that no time heals, whatever else stands in it.
            { IsUnsupportedFile: true } => RetryClass.Never,
            { RetryAfter: not null } => RetryClass.AfterIt,
            { IsUnknownAgent: true } => fresh ? RetryClass.Soon : RetryClass.Never,
            { Retryable: true } or { Code: GatewayError.Unavailable } => RetryClass.Soon,
            _ => RetryClass.Never,
        };

    /// <param name="attempt">From 0.</param>
    /// <param name="chance">0 to 1: many who wait do not come at once.</param>
    /// <param name="longest">Null: half a minute.</param>
    public static TimeSpan Pause(TimeSpan first, int attempt, double chance, TimeSpan? longest = null)
    {
        var most = (longest ?? Longest).TotalSeconds;
        var whole = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(attempt, 16)), most);
        return TimeSpan.FromSeconds(whole * (1 - Spread + (2 * Spread * chance)));
    }
}

public enum RetryClass
{
    /// <summary>It would be refused again.</summary>
    Never,

    /// <summary>In a moment it may go through.</summary>
    Soon,

    /// <summary>When the gateway has said that it may be asked again.</summary>
    AfterIt,
}
