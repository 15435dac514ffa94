namespace Creel.Core.Provisioning;

/// <summary>For whom agents work.</summary>
public sealed record UserSheet
{
    public string? Name { get; init; }

    public string? PreferredName { get; init; }

    public string? Email { get; init; }

    public string? Pronouns { get; init; }

    public string? Timezone { get; init; }

    public string? Notes { get; init; }

    public string? Context { get; init; }
}
