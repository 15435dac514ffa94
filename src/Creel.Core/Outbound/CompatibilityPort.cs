using System.Net;
using System.Text.Json.Serialization;

namespace Creel.Core.Outbound;

/// <summary>
/// A TCP port on which the proxy answers programs that live in no cell. Who calls there is told by a group's token instead of
/// by the socket. Off, unless a habitat asks for it.
/// </summary>
/// <param name="Address">An IP address of this machine.</param>
public sealed record CompatibilityPort(string Address, int Port)
{
    public const string UsualAddress = "127.0.0.1";

    /// <summary>Only programs of this machine reach it.</summary>
    [JsonIgnore]
    public bool IsLoopback => IPAddress.TryParse(Address, out var address) && IPAddress.IsLoopback(address);

    public override string ToString() => new IPEndPoint(IPAddress.Parse(Address), Port).ToString();
}
