using Creel.Core;

namespace Creel.Commands.Boot;

/// <summary>How the system starts <c>creel serve</c> with the machine.</summary>
internal sealed record BootParts
{
    /// <summary>What would be written, for <c>systemd</c>, <c>launchd</c>, or (null) this machine's.</summary>
    public required Func<BootOrder, string?, string> Text { get; init; }

    public required Func<BootOrder, CancellationToken, Task<BootState>> InstallAsync { get; init; }

    public required Func<string, CancellationToken, Task<BootState>> UninstallAsync { get; init; }

    public required Func<string, CancellationToken, Task<BootState>> StatusAsync { get; init; }
}
