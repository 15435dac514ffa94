using System.Security.Cryptography;
using System.Text;

namespace Creel.Proxy.Keys;

/// <summary>
/// A provider's key while it is in memory. The bytes are never moved, so that they can be overwritten; the header's text, which
/// the HTTP client wants as a string, is made once a key instead of once a call.
/// </summary>
internal sealed class ProviderKey : IDisposable
{
    private readonly byte[] value;

    public ProviderKey(ReadOnlySpan<byte> value, DateTimeOffset setAt)
    {
        this.value = GC.AllocateArray<byte>(value.Length, pinned: true);
        value.CopyTo(this.value);
        SetAt = setAt;
        HeaderText = Encoding.ASCII.GetString(value);
    }

    public DateTimeOffset SetAt { get; }

    public ReadOnlySpan<byte> Bytes => value;

    /// <summary>For a header, and for nothing else.</summary>
    public string HeaderText { get; }

    public void Dispose() => CryptographicOperations.ZeroMemory(value);

    /// <summary>Says what it is, so that no format string ever says the key.</summary>
    public override string ToString() => "a provider's key";
}
