using System.Buffers;

namespace Creel.Tests.OpenClaw;

/// <summary>Memory to rent that says what became of it.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private int rented;

    /// <summary>Bytes that were not given back.</summary>
    public int Rented => Volatile.Read(ref rented);

    /// <summary>Bytes of the longest.</summary>
    public int Longest { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        Longest = Math.Max(Longest, minimumLength);
        Interlocked.Add(ref rented, minimumLength);
        return new byte[minimumLength];
    }

    public override void Return(byte[] array, bool clearArray = false) => Interlocked.Add(ref rented, -array.Length);
}
