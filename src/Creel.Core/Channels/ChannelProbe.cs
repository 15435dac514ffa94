namespace Creel.Core.Channels;

/// <summary>What a messenger answers when it is asked who we are.</summary>
/// <param name="Name">How it calls this account; null where it does not work.</param>
/// <param name="Trouble">One sentence; null where it works.</param>
/// <param name="Notes">What the operator may want to know besides.</param>
public sealed record ChannelProbe(bool Works, string? Id, string? Name, string? Trouble, IReadOnlyList<string> Notes)
{
    /// <summary>The messenger itself said that the token is none of its own.</summary>
    public bool Refused { get; init; }

    public static ChannelProbe Failed(string trouble, bool refused = false) =>
        new(false, null, null, trouble, []) { Refused = refused };
}
