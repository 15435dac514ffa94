namespace Creel.Adapters.Systemd;

/// <summary>How systemd is used.</summary>
/// <param name="Program">A name on the usual path, or an absolute path.</param>
public sealed record SystemdOptions(string Program = "systemctl");
