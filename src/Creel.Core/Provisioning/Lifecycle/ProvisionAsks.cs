namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What a person asked for beyond what the habitat says. It is owed to an agent until it was done.</summary>
[Flags]
public enum ProvisionAsks
{
    None = 0,

    /// <summary>The first instructions once more.</summary>
    Bootstrap = 1,

    /// <summary>Its conversation begins anew.</summary>
    ResetSession = 2,

    /// <summary>Also what the agent itself has written is replaced.</summary>
    Overwrite = 4,

    /// <summary>A new token, whether the old one holds or not.</summary>
    RotateToken = 8,

    /// <summary>It is spoken to by nobody.</summary>
    Quiet = 16,

    /// <summary>It is not made where it is not there.</summary>
    OnlyThere = 32,
}
