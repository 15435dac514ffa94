using System.Globalization;

namespace Creel.Core.Rendering.Contract;

/// <summary>An agent as the older generators saw it; what was not given is empty.</summary>
/// <param name="Number">From 1, over all agents.</param>
public sealed record ContractAgent(
    int Number,
    string Name,
    string Model,
    string Group,
    string Isolation,
    string Network,
    string Memory,
    string Cpu
)
{
    public string Id => string.Create(CultureInfo.InvariantCulture, $"agent{Number}");
}
