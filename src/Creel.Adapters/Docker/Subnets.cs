using System.Net;

namespace Creel.Adapters.Docker;

/// <summary>
/// Addresses for networks of our own. The engine's own pools end after some thirty networks; these are cut smaller, and where
/// somebody else uses a part, that part is passed over.
/// </summary>
internal static class Subnets
{
    /// <summary>16 addresses: the network, the gateway, the cell, and room for what an engine may want.</summary>
    private const int Prefix = 28;

    /// <summary>Free ones, from a place that depends on the cell, so that two that start at once seldom want the same.</summary>
    public static IEnumerable<string> Free(string pool, IReadOnlyCollection<string> used, string seed)
    {
        var whole = IPNetwork.Parse(pool);
        var taken = used.Select(text => IPNetwork.TryParse(text, out var network) ? network : (IPNetwork?)null)
            .OfType<IPNetwork>()
            .Where(network => network.BaseAddress.AddressFamily == whole.BaseAddress.AddressFamily && network.PrefixLength > 0)
            .ToList();
        var count = 1u << (Prefix - whole.PrefixLength);
        var first = Number(whole.BaseAddress);
        var begin = seed.Aggregate(17u, (hash, c) => (hash * 31) + c) % count;
        for (var step = 0u; step < count; step++)
        {
            var subnet = new IPNetwork(Address(first + ((begin + step) % count << (32 - Prefix))), Prefix);
            if (!taken.Exists(other => other.Contains(subnet.BaseAddress) || subnet.Contains(other.BaseAddress)))
            {
                yield return subnet.ToString();
            }
        }
    }

    /// <summary>The networks that this host has a way to, as <c>/proc/net/route</c> tells them.</summary>
    public static IEnumerable<string> Routed(IEnumerable<string> routes)
    {
        foreach (var fields in routes.Skip(1).Select(line => line.Split('\t')).Where(fields => fields.Length > 7))
        {
            if (Hexadecimal(fields[1]) is { } destination && Hexadecimal(fields[7]) is { } mask && mask != 0)
            {
                yield return $"{Address(destination & mask)}/{int.PopCount((int)mask)}";
            }
        }
    }

    // The kernel writes the number as this machine has it in memory.
    private static uint? Hexadecimal(string text) =>
        uint.TryParse(text, System.Globalization.NumberStyles.HexNumber, null, out var number)
            ? BitConverter.IsLittleEndian
                ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number)
                : number
            : null;

    private static uint Number(IPAddress address) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress Address(uint number)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
