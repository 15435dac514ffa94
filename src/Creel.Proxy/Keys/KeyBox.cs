using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Creel.Core;

namespace Creel.Proxy.Keys;

/// <summary>
/// Keys as bytes on disk: sealed, and in there for each key the time it was set at (Unix milliseconds), upstream, group and value,
/// each with its length.
/// </summary>
internal static class KeyBox
{
    private static readonly byte[] Mark = "creel keys 1\n"u8.ToArray();

    public static byte[] Seal(IReadOnlyDictionary<KeyName, ProviderKey> keys, byte[] master)
    {
        var plain = Write(keys);
        try
        {
            return SealedBytes.Seal(plain, master, Mark);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <exception cref="CreelException">It is no box, or not this master key's.</exception>
    public static Dictionary<KeyName, ProviderKey> Open(ReadOnlySpan<byte> box, byte[] master)
    {
        var plain = SealedBytes.Open(box, master, Mark) ?? throw Unreadable();
        try
        {
            return Read(plain);
        }
        catch (ArgumentException)
        {
            throw Unreadable();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] Write(IReadOnlyDictionary<KeyName, ProviderKey> keys)
    {
        var length = keys.Sum(k => 8 + 3 * 4 + Text(k.Key.Upstream).Length + Text(k.Key.Group).Length + k.Value.Bytes.Length);
        var plain = GC.AllocateArray<byte>(length, pinned: true);
        var at = 0;
        foreach (var (name, key) in keys)
        {
            BinaryPrimitives.WriteInt64LittleEndian(plain.AsSpan(at), key.SetAt.ToUnixTimeMilliseconds());
            at += 8;
            Put(Text(name.Upstream));
            Put(Text(name.Group));
            Put(key.Bytes);
        }

        return plain;

        void Put(ReadOnlySpan<byte> field)
        {
            BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(at), field.Length);
            field.CopyTo(plain.AsSpan(at + 4));
            at += 4 + field.Length;
        }
    }

    private static Dictionary<KeyName, ProviderKey> Read(ReadOnlySpan<byte> plain)
    {
        var keys = new Dictionary<KeyName, ProviderKey>();
        while (plain.Length > 0)
        {
            var setAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(plain));
            plain = plain[8..];
            var upstream = Encoding.UTF8.GetString(Take(ref plain));
            var group = Encoding.UTF8.GetString(Take(ref plain));
            var name = new KeyName(upstream, group.Length == 0 ? null : GroupId.Parse(group));
            keys[name] = new ProviderKey(Take(ref plain), setAt);
        }

        return keys;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        var field = rest.Slice(4, length);
        rest = rest[(4 + length)..];
        return field;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Text(GroupId? group) => Text(group?.Value ?? "");

    private static CreelException Unreadable() =>
        new(
            Fault.Refused(
                "keys-unreadable",
                "the provider keys on disk are not encrypted with the key that the proxy has now",
                "put the old key file back, or delete keys.box in the proxy's folder and set all keys anew"
            )
        );
}
