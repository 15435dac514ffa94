namespace Creel.Core.Channels;

/// <summary>A message that went nowhere, so that an operator finds out why.</summary>
/// <param name="Reason">A stable word.</param>
/// <param name="Why">What to do about it, where something can be done.</param>
public sealed record DroppedMessage(
    DateTimeOffset At,
    ChannelAccount Account,
    string Peer,
    string Sender,
    string? SenderName,
    string Reason,
    Fault? Why
);
