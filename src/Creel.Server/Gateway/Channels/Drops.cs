using Creel.Core.Channels;

namespace Creel.Server.Gateway.Channels;

/// <summary>The last messages that went nowhere.</summary>
internal sealed class Drops(int kept)
{
    private readonly Queue<DroppedMessage> last = new();

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DroppedMessage> Last
    {
        get
        {
            lock (last)
            {
                return [.. last.Reverse()];
            }
        }
    }

    public void Add(DroppedMessage message)
    {
        lock (last)
        {
            last.Enqueue(message);
            if (last.Count > kept)
            {
                last.Dequeue();
            }
        }
    }
}
