using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

[Substrate("docker")]
public sealed class DockerConformance() : DockerDriverConformance(other: false);

public abstract class DockerDriverConformance : IsolationDriverConformance
{
    private protected DockerDriverConformance(bool other)
        : base("docker", NetworkMode.Proxy, other) { }
}
