namespace Creel.Core.Provisioning.Gateways;

/// <summary>How long a call may take, and what is made of its refusals.</summary>
public sealed record CallManner
{
    public static readonly CallManner Usual = new();

    /// <summary>One try, for somebody who waits at a terminal.</summary>
    public static readonly CallManner Once = new() { Patience = TimeSpan.Zero };

    /// <summary>Of one try, from when it is sent.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after the first another try may begin: a gateway may restart meanwhile, or be asked too often.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The agent of this call was made a moment ago, and may not be seen yet.</summary>
    public bool Fresh { get; init; }
}
