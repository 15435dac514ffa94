namespace Creel.Runtime.Relay;

/// <summary>The two sockets of a cell; null where it has none.</summary>
internal sealed record RelayTargets(string? HubSocket, string? ProxySocket);
