using Creel.Core.Channels;

namespace Creel.Conformance.Channels;

/// <summary>An account of some messenger, and the messenger's other side.</summary>
public abstract class ChannelUnderTest : IAsyncDisposable
{
    public abstract IChannelKind Kind { get; }

    public abstract IChannel Channel { get; }

    /// <summary>Somebody of this id, as the kind writes it.</summary>
    public abstract string Somebody { get; }

    /// <summary>Somebody writes; goes on as the messenger does until it is acknowledged.</summary>
    public abstract Task WriteAsync(string text);

    /// <summary>The next text that somebody reads.</summary>
    public abstract Task<string> ReadAsync();

    public abstract ValueTask DisposeAsync();
}
