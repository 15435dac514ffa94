using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Core.Rendering;

/// <summary>A group that files are made for: one gateway, one port, one token.</summary>
/// <param name="Port">On 127.0.0.1, and inside the boundary.</param>
/// <param name="Network">What it gets; never <see cref="NetworkMode.Proxy"/>.</param>
public sealed record RenderedGroup(
    GroupId Id,
    RenderTarget Target,
    int Port,
    NetworkMode Network,
    ResourceLimits Limits,
    IReadOnlyList<AgentModel> Agents
)
{
    /// <summary>The port is reached over a door: the gateway itself has a network of its own without a way out.</summary>
    public bool HasDoor => Network == NetworkMode.Internal;

    /// <summary>The variables that hold the keys of the providers that its models need, and of no others (H30).</summary>
    public IReadOnlyList<string> KeyVariables =>
        [
            .. Agents
                .Where(agent => agent.Model is not null)
                .Select(agent => ProviderKeys.VariableOf(agent.Model!))
                .OfType<string>()
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
}
