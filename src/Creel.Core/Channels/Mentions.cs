namespace Creel.Core.Channels;

/// <summary>Whom a message speaks to, as far as the messenger itself knows.</summary>
/// <param name="Us">It names this account.</param>
/// <param name="ReplyToUs">It answers something that this account said.</param>
/// <param name="Others">It names somebody else.</param>
public sealed record Mentions(bool Us = false, bool ReplyToUs = false, bool Others = false)
{
    public static readonly Mentions None = new();
}
