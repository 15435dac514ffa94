namespace Creel.Core.Channels;

/// <summary>A message on its way out, on disk until its messenger has it.</summary>
/// <param name="Sequence">In this order it leaves; 0 until it is kept.</param>
public sealed record OutboundPiece(long Sequence, ChannelAccount Account, OutboundMessage Message);
