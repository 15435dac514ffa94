namespace Creel.Core.Channels;

/// <summary>How a channel stands.</summary>
/// <param name="Trouble">One sentence for the operator; null: none.</param>
public sealed record ChannelState(bool Connected, string? Trouble = null)
{
    public static readonly ChannelState Starting = new(false);

    /// <summary><c>polling</c>, <c>webhook</c>, …; null: nothing to tell.</summary>
    public string? Mode { get; init; }

    /// <summary>How the messenger calls the account, as others mention it; null: not known yet.</summary>
    public string? Username { get; init; }
}
