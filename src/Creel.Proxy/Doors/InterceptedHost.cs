namespace Creel.Proxy.Doors;

/// <summary>
/// Set on a connection whose TLS was ended here, in place of the host that its client believes to be talking to: requests on it
/// are for that host and for no other.
/// </summary>
/// <param name="Name">In lower case.</param>
internal sealed record InterceptedHost(string Name);
