namespace Creel.Core.Provisioning.Gateways;

/// <summary>How long a call may take, and what is made of its refusals.</summary>
public sealed record CallManner
{
    public static readonly CallManner Usual = new();

    /// <summary>Of one try, from when it is sent.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of all tries, with the pauses between them: a gateway may restart meanwhile, or be asked too often.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The agent of this call was made a moment ago, and may not be seen yet.</summary>
    public bool Fresh { get; init; }
}
