namespace Creel.Core.Provisioning;

/// <summary>Whose rules hold where an agent is provisioned. docs/provisioning.md lists each difference.</summary>
public enum ProvisioningMode
{
    /// <summary>With the original's mistakes mended.</summary>
    Ours,

    /// <summary>As the original did it, mistakes and all.</summary>
    Seed,
}
