using Creel.Adapters.Linux;

namespace Creel.Adapters.Docker;

/// <summary>Which engine, and what of this host the driver uses for it.</summary>
/// <param name="Linux">The run folder, limits of time, the clock.</param>
public sealed record DockerOptions(LinuxOptions Linux)
{
    /// <summary>The engine's unix socket.</summary>
    public EngineAddress Address { get; init; } = EngineAddress.Of(Environment.GetEnvironmentVariable("DOCKER_HOST"));

    /// <summary>Of the addresses that cells with a network of their own get: cut in /28, so for 4,096 of them.</summary>
    public string Pool { get; init; } = "10.213.0.0/16";

    /// <summary>How often the rules are looked at that keep cells from the host.</summary>
    public TimeSpan FirewallPulse { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the engine may take for one answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
