namespace Creel.Core.Channels;

/// <summary>A stranger who wants to be let in.</summary>
/// <param name="Sender">As <see cref="IChannelKind.SenderId"/> gives it.</param>
/// <param name="Name">For people; he chose it himself.</param>
public sealed record PairingRequest(
    ChannelAccount Account,
    string Sender,
    string? Name,
    string Code,
    DateTimeOffset CreatedAt,
    DateTimeOffset SeenAt
);
