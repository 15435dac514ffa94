using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What the habitat wants of one agent at one gateway.</summary>
public sealed record DesiredAgent
{
    /// <summary>Its id in the habitat.</summary>
    public required AgentId Agent { get; init; }

    /// <summary>The name of the gateway in the habitat; null: ours.</summary>
    public required string? Gateway { get; init; }

    public Resident Resident => new(Agent, Gateway);

    public required AgentKind Kind { get; init; }

    /// <summary>By which the gateway is to know it.</summary>
    public required AgentRegistration Registration { get; init; }

    /// <summary>The key of its conversation at the gateway, where it is woken.</summary>
    public required string Session { get; init; }

    /// <summary>
    /// Its files by name, with <see cref="TokenMark"/> where its token stands; null: it was there before us and is its gateway's own. Neither
    /// its files nor its registration are written then.
    /// </summary>
    public required IReadOnlyList<KeyValuePair<string, string>>? Files { get; init; }

    /// <summary>What stands for the token until the moment of writing: a plan, a digest or a comparison holds no secret.</summary>
    public const string TokenMark = "{creel:token}";
}
