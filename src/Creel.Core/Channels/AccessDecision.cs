namespace Creel.Core.Channels;

/// <summary>Whether an account listens to a sender.</summary>
/// <param name="Reason">A stable word, as OpenClaw's logs have it: <c>dm_policy_allowlisted</c>, ….</param>
/// <param name="Listed">The sender is in the list that counts here (by <c>*</c> too), and so may give commands.</param>
public sealed record AccessDecision(AccessAnswer Answer, string Reason, bool Listed = false);

public enum AccessAnswer
{
    Allow,
    Block,

    /// <summary>A stranger, who may ask to be let in.</summary>
    Challenge,
}
