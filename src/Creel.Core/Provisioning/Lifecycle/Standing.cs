namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Where an agent at a gateway stands, between two runs. What is under way stands nowhere: it is <see cref="Waiting"/> until it ended.</summary>
public enum Standing
{
    /// <summary>It is as the habitat says.</summary>
    Provisioned,

    /// <summary>It goes on by itself, at a time that is known.</summary>
    Waiting,

    /// <summary>It goes on when a person has mended what is wrong.</summary>
    Failed,

    /// <summary>It is being taken away, and goes on by itself.</summary>
    Removing,

    /// <summary>It is gone; nothing is kept of it.</summary>
    Removed,
}
