namespace Creel.Core.Provisioning.Gateways;

/// <summary>How a control plane acts where there are two ways.</summary>
public enum ControlManner
{
    /// <summary>Writes what differs, waits until it is seen, and reads again where somebody else wrote.</summary>
    Usual,

    /// <summary>Call by call as the first of its kind did, with its quirks.</summary>
    Seed,
}
