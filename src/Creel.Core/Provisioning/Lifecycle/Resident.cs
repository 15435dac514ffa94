namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>An agent where it lives: of that name at another gateway is another one, whatever is kept of this one.</summary>
/// <param name="Gateway">Its name in the habitat; null: ours.</param>
public readonly record struct Resident(AgentId Agent, string? Gateway)
{
    public override string ToString() => Gateway is null ? Agent.ToString() : $"{Agent} at {Gateway}";
}
