namespace Creel.Core.Channels;

/// <summary>A messenger that keeps files for its messages, and takes some.</summary>
public interface IMediaChannel : IChannel
{
    /// <summary>Gets what came with a message.</summary>
    /// <param name="most">Bytes; of what has more, nothing is given.</param>
    /// <exception cref="SendException">It can't be had, and why, in words for everybody; or only after a while.</exception>
    Task<byte[]> FetchAsync(Attachment attachment, long most, CancellationToken cancel);

    /// <summary>Sends a file; the message's text stands beside it.</summary>
    /// <param name="name">For people.</param>
    /// <exception cref="SendException">As <see cref="IChannel.SendAsync"/>.</exception>
    Task SendFileAsync(OutboundMessage message, string name, byte[] content, CancellationToken cancel);
}
