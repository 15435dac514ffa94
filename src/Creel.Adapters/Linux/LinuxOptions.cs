using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Where the drivers of this kernel work.</summary>
/// <param name="Run">
/// The run folder: <c>/run/creel</c>, or <c>$XDG_RUNTIME_DIR/creel</c>. As root the driver makes it passable (0711), since
/// cells of other users reach their folders through it.
/// </param>
public sealed record LinuxOptions(string Run)
{
    /// <summary>The name of Creel's own control group under each hierarchy.</summary>
    public string ControlGroup { get; init; } = "creel";

    /// <summary>
    /// Whom the fingerprint's probe runs as where Creel is root: a number that Debian reserves and gives to nobody.
    /// </summary>
    public CellUser ProbeUser { get; init; } = new(65530, 65530);

    /// <summary>How long a cell may take until its first program runs.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
