using Creel.Core;

namespace Creel.Adapters.Docker;

/// <summary>Where the engine listens, as DOCKER_HOST says it.</summary>
internal static class EngineAddress
{
    private const string Default = "/var/run/docker.sock";
    private const string Scheme = "unix://";

    /// <exception cref="CreelException">It is another machine's: its folders are not ours to give to a cell.</exception>
    public static string Socket(string? written) =>
        written switch
        {
            null or "" => Default,
            _ when written.StartsWith(Scheme, StringComparison.Ordinal) && written.Length > Scheme.Length => written[
                Scheme.Length..
            ],
            _ => throw new CreelException(
                Fault.Invalid(
                    "docker-host",
                    "DOCKER_HOST does not name a unix socket of this machine",
                    "Set it to unix:///var/run/docker.sock, or unset it"
                )
            ),
        };
}
