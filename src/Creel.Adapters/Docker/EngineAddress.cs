using Creel.Core;

namespace Creel.Adapters.Docker;

/// <summary>Where the engine listens, as DOCKER_HOST says it.</summary>
/// <param name="Socket">A path.</param>
/// <param name="Written">DOCKER_HOST says so; else it is where every engine is.</param>
/// <param name="Refusal">Why it is not to be called; null where it is.</param>
public sealed record EngineAddress(string Socket, bool Written = false, Fault? Refusal = null)
{
    private const string Default = "/var/run/docker.sock";
    private const string Scheme = "unix://";

    /// <summary>Another machine's engine is refused when it is called: its folders are not ours to give to a cell.</summary>
    public static EngineAddress Of(string? written) =>
        written switch
        {
            null or "" => new EngineAddress(Default),
            _ when written.StartsWith(Scheme, StringComparison.Ordinal) && written.Length > Scheme.Length => new EngineAddress(
                written[Scheme.Length..],
                Written: true
            ),
            _ => new EngineAddress(
                "",
                Written: true,
                Fault.Unavailable(
                    "docker-host",
                    "DOCKER_HOST does not name a unix socket of this machine",
                    $"Set it to {Scheme}{Default}, or unset it"
                )
            ),
        };

    /// <summary>Nobody is there.</summary>
    public Fault Silence =>
        Written
            ? Fault.Unavailable(
                "docker-engine",
                $"no Docker engine answers at {Socket}, which DOCKER_HOST names",
                $"Start the engine that listens there, or set DOCKER_HOST to the socket of one that runs; unset, it is {Default}"
            )
            : Fault.Unavailable(
                "docker-engine",
                $"no Docker engine answers at {Socket}",
                "Install and start it: apt-get install docker.io; systemctl start docker"
            );
}
