namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>How a gateway is looked at, and what is done there.</summary>
public sealed record ProvisionOptions
{
    public static readonly ProvisionOptions Usual = new();

    /// <summary>They say how a run goes about what is to be done: alone they ask for nothing.</summary>
    internal const ProvisionAsks Manners = ProvisionAsks.Quiet | ProvisionAsks.OnlyThere;

    public ProvisionAsks Asks { get; init; }

    /// <summary>Whose names and texts agents get.</summary>
    public ProvisioningMode Mode { get; init; }

    /// <summary>Agents that the habitat no longer names are taken away.</summary>
    public bool Prune { get; init; }

    /// <summary>The token of each agent is read there and tried, also where no file changed.</summary>
    public bool CheckTokens { get; init; }

    /// <summary>Agents that are not there are not made.</summary>
    public bool OnlyThere { get; init; }

    /// <summary>Nobody is told to begin.</summary>
    public bool Quiet { get; init; }

    /// <summary>Each file that is written or kept is shown line by line.</summary>
    public bool Diff { get; init; }

    /// <summary>Of a run that goes on by itself with what was left: nobody is woken, and nobody made, that was not to be then.</summary>
    public static ProvisionOptions After(ProvisionAsks owed) =>
        new() { Quiet = owed.HasFlag(ProvisionAsks.Quiet), OnlyThere = owed.HasFlag(ProvisionAsks.OnlyThere) };

    /// <summary>What is owed to an agent when this run does not come to its end.</summary>
    public ProvisionAsks Owing(ProvisionAsks owed) =>
        (owed & ~Manners)
        | Asks
        | (Quiet ? ProvisionAsks.Quiet : ProvisionAsks.None)
        | (OnlyThere ? ProvisionAsks.OnlyThere : ProvisionAsks.None);

    public bool Asked(ProvisionAsks ask) => Asks.HasFlag(ask);
}
