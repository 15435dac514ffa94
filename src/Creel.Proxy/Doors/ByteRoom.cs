namespace Creel.Proxy.Doors;

/// <summary>So many bytes may be held at once, and no more.</summary>
internal sealed class ByteRoom(long most)
{
    public const long OfACell = 136L * 1024 * 1024;
    public const long OfAll = 544L * 1024 * 1024;
    private long taken;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref taken, bytes) <= most)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref taken, -bytes);
}
