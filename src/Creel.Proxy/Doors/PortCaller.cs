using System.Net;

namespace Creel.Proxy.Doors;

/// <summary>Set on a connection that came by the compatibility port, instead of a cell: who it is, each request says itself.</summary>
internal sealed record PortCaller(IPAddress Address);
