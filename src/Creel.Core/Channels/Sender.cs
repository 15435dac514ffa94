namespace Creel.Core.Channels;

/// <summary>Who wrote a message.</summary>
/// <param name="Id">As the messenger knows him, in the shape in which <see cref="IChannelKind.SenderId"/> gives it.</param>
/// <param name="Name">For people; null where the messenger has none.</param>
public sealed record Sender(string Id, string? Name = null, string? Username = null, bool IsBot = false)
{
    /// <summary>What to call him.</summary>
    public string Called => Name ?? Username ?? Id;
}
