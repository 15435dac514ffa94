using System.Globalization;
using System.Runtime.InteropServices;
using Creel.Core;

namespace Creel.Terminal.Client;

/// <summary>
/// Whose server listens at a loopback port. Where ours is down, another user of the machine could sit on its port and be
/// handed the admin token; the kernel tells who that is.
/// </summary>
internal static class PortOwner
{
    private const string Listening = "0A";
    private const int Here = -100;
    private const uint WantUid = 8;

    /// <exception cref="CreelException">Somebody listens there who is neither root, nor we, nor the owner of the token.</exception>
    public static void Check(Uri url, string tokenFile)
    {
        if (!url.IsLoopback)
        {
            return;
        }

        foreach (
            var uid in Listeners(
                Table("/proc/net/tcp"),
                Table("/proc/net/tcp6"),
                url.Port,
                url.HostNameType == UriHostNameType.IPv4
            )
        )
        {
            if (!IsTrusted(uid, tokenFile))
            {
                throw new CreelException(
                    Fault.Refused(
                        "port-stranger",
                        $"port {url.Port} is held by another user (uid {uid}), who would get the admin token",
                        "see who it is with ss -ltnp, and start the server with: creel serve"
                    )
                );
            }
        }
    }

    /// <summary>Root, we, and the owner of the token may have it.</summary>
    public static bool IsTrusted(uint uid, string tokenFile) => uid == 0 || uid == EffectiveUser() || uid == OwnerOf(tokenFile);

    /// <summary>The users that listen where a connection to the loopback at <paramref name="port"/> may arrive.</summary>
    /// <param name="onlyV4">The address is an IPv4 one: of IPv6's listeners only those on all addresses count.</param>
    public static IReadOnlyList<uint> Listeners(IEnumerable<string> v4, IEnumerable<string> v6, int port, bool onlyV4)
    {
        var found4 = v4.Select(line => Listener(line, port))
            .OfType<(string Address, uint Uid)>()
            .Where(it => it.Address is "00000000" || IsLoopback4(it.Address));
        var found6 = v6.Select(line => Listener(line, port))
            .OfType<(string Address, uint Uid)>()
            .Where(it => !onlyV4 || ReachedBy4(it.Address));
        return [.. found4.Concat(found6).Select(it => it.Uid).Distinct()];
    }

    /// <summary>As the kernel prints it on a little-endian machine, or on a big-endian one.</summary>
    private static bool IsLoopback4(string address) =>
        address.EndsWith("7F", StringComparison.Ordinal) || address.StartsWith("7F", StringComparison.Ordinal);

    /// <summary>All addresses, or an IPv4 one in IPv6's clothes.</summary>
    private static bool ReachedBy4(string address) =>
        address.All(c => c == '0') || address.Contains("FFFF0000", StringComparison.Ordinal);

    private static (string Address, uint Uid)? Listener(string line, int port)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
            fields.Length > 7
            && fields[3] == Listening
            && fields[1].Split(':') is [var address, var shown]
            && int.TryParse(shown, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var at)
            && at == port
            && uint.TryParse(fields[7], out var uid)
            ? (address, uid)
            : null;
    }

    private static IEnumerable<string> Table(string path) => File.Exists(path) ? File.ReadLines(path).Skip(1) : [];

    private static uint OwnerOf(string path)
    {
        var found = new byte[256];
        return Stat(Here, path, 0, WantUid, found) == 0 ? BitConverter.ToUInt32(found, 20) : 0;
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Stat(
        int folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags,
        uint mask,
        [Out] byte[] found
    );
}
