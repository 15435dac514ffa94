namespace Creel.Server.Cells.Trials;

/// <summary>Where the proxy is, for attempts against it.</summary>
/// <param name="Pid">Null: it does not run.</param>
/// <param name="Home">Its own folder.</param>
/// <param name="Control">Its control socket.</param>
/// <param name="Upstream">A host that calls may go to; null: none has a name.</param>
public sealed record ProxyPlace(int? Pid, string Home, string Control, string? Upstream);
