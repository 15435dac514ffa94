namespace Creel.Core.Channels;

/// <summary>What a messenger is like.</summary>
/// <param name="TextLimit">UTF-16 code units of a message, at most.</param>
/// <param name="TypingEvery">How often the sign that somebody writes wants to be renewed; null: there is none.</param>
public sealed record ChannelTraits(int TextLimit, TimeSpan? TypingEvery = null)
{
    /// <summary>Clients see an answer grow: <see cref="IChannel.DraftAsync"/> is worth calling.</summary>
    public bool ShowsDrafts { get; init; }

    /// <summary>It has commands of its own, which begin with <c>/</c>, and a menu of them.</summary>
    public bool HasCommands { get; init; }

    /// <summary>
    /// Whoever reaches it has shown the account's token: he is let in without being in a list, and calls himself what he likes. So his name
    /// makes him nobody's owner, unless one of this very channel was written out.
    /// </summary>
    public bool AdmitsByToken { get; init; }
}
